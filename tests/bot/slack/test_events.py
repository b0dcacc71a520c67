"""What an event is to the bot."""

import pytest

from bot.slack.events import (
    ChannelRemark,
    Deleted,
    Edited,
    EventKind,
    Rated,
    SlackQuestion,
    Stopped,
    is_question,
    parse_event,
)
from bot.slack.markup import links_in, plain
from bot.slack.tokens import Identity
from tests.fakeslack import deliveries
from tests.fakeslack.state import BOT_ID, BOT_USER, State

STATE = State()
IDENTITY = Identity(STATE.team, BOT_USER, bot=BOT_ID)
SAID = f"<@{BOT_USER}> who paid?"


def happened(inner: dict[str, object]) -> object:
    return parse_event(deliveries.event(STATE, inner), IDENTITY)


def test_a_mention_and_its_twin_are_the_same_question() -> None:
    mention = happened(deliveries.mention("C1", "U1", SAID, "1.0"))
    twin = happened(deliveries.message("C1", "U1", SAID, "1.0"))
    assert isinstance(mention, SlackQuestion)
    assert mention == twin
    assert (mention.text, mention.kind, mention.thread) == ("who paid?", EventKind.MENTION, "1.0")


def test_what_is_said_to_others_in_a_thread_is_an_aside_to_others() -> None:
    aside = happened(deliveries.message("C1", "U1", "<@U2> why?", "2.0", "1.0"))
    assert isinstance(aside, ChannelRemark)
    assert aside.to_others


def test_edits_previews_deletions_and_tombstones_are_told_apart() -> None:
    before = deliveries.message("C1", "U1", SAID, "1.0")
    after = {**before, "text": f"<@{BOT_USER}> who paid then?"}
    edited = happened(deliveries.changed("C1", before, after, "3.0"))
    assert isinstance(edited, Edited)
    assert edited.ask.version == "3.0"
    assert happened(deliveries.changed("C1", before, before, "3.0")) is None
    assert happened(deliveries.deleted("C1", before, "3.0")) == Deleted(STATE.team, "C1", "1.0")
    tombstone = {**before, "subtype": "tombstone", "text": "This message was deleted."}
    assert happened(deliveries.changed("C1", before, tombstone, "3.0")) == Deleted(STATE.team, "C1", "1.0")


@pytest.mark.parametrize(
    "more", [{"bot_id": BOT_ID}, {"subtype": "channel_join"}, {"user": BOT_USER}, {"user": "USLACKBOT"}]
)
def test_bots_joins_and_the_bot_itself_ask_nothing(more: dict[str, str]) -> None:
    assert happened({**deliveries.message("C1", "U1", SAID, "1.0"), **more}) is None


def test_the_stop_button_names_its_thread() -> None:
    inner = {"type": "agent_session_stopped", "channel": "D1", "thread_ts": "1.0", "user": "U1"}
    assert happened(inner) == Stopped(STATE.team, "D1", "1.0", "U1")


def test_reading_links_is_asked_for_by_a_word_and_a_link() -> None:
    ask = happened(
        deliveries.mention("C1", "U1", f"<@{BOT_USER}> read <https://a.example/x|a.example/x>", "1.0")
    )
    assert isinstance(ask, SlackQuestion)
    assert ask.kind is EventKind.READ
    assert links_in(ask.text) == ["https://a.example/x"]
    about = happened(deliveries.mention("C1", "U1", f"<@{BOT_USER}> read any good books?", "1.0"))
    assert isinstance(about, SlackQuestion)
    assert about.kind is EventKind.MENTION


def test_slacks_markup_becomes_plain_words() -> None:
    written = f"<@{BOT_USER}> did <@U2> in <#C1|news> say &lt;b&gt; &amp; <https://a.example|a> <!here>?"
    assert plain(written, BOT_USER) == "did @someone in #news say <b> & a here?"


@pytest.mark.parametrize("text", ["Why?", "and when was that", "What about the pier", "who told you"])
def test_plain_questions_are_known(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["thanks", "I think so too.", "great, let us go", ""])
def test_talk_is_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            "<https://a.example/x|the library story>: when does it open?",
            "the library story: when does it open?",
        ),
        ("did <!subteam^S123|@editors> or <!subteam^S124> say so?", "did @editors or @group say so?"),
        ("what happened on <!date^1392734382^{date}|18 February>?", "what happened on 18 February?"),
        (
            "who has <tel:+4930123|030 123> or <mailto:a@b.example|a@b.example>?",
            "who has 030 123 or a@b.example?",
        ),
        ("what was said in <#C1|> and <#C2|news>?", "what was said in #channel and #news?"),
        ("is <https://a.example/x> right?", "is https://a.example/x right?"),
    ],
)
def test_no_markup_is_left_in_a_question_and_no_words_are_lost(written: str, words: str) -> None:
    assert plain(written, BOT_USER) == words


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("read <https://a.example/x>", True),
        ("please read <https://a.example/x|this page>", True),
        ("Could you read this for me: <https://a.example/x>, thanks", True),
        ("read the article <https://a.example/x> please", True),
        ("who read <https://a.example/x>?", False),
        ("have you read <https://a.example/x>?", False),
        ("when did the council read <https://a.example/x|the report>?", False),
        ("please read", False),
    ],
)
def test_reading_is_asked_for_in_the_words_that_people_use(written: str, reads: bool) -> None:
    ask = happened(deliveries.message("D1", "U1", written, "1.0"))
    assert isinstance(ask, SlackQuestion)
    assert (ask.kind is EventKind.READ) == reads


def test_forwarded_words_come_along_and_previews_of_links_do_not() -> None:
    attachments = [
        {"is_share": True, "text": "Who paid for the <https://a.example|pier>?"},
        {"text": "A preview", "from_url": "https://a.example"},
    ]
    ask = happened(deliveries.mention("C1", "U1", f"<@{BOT_USER}>", "1.0", attachments=attachments))
    assert isinstance(ask, SlackQuestion)
    assert (ask.text, ask.said) == ("", ("Who paid for the pier?",))


def test_files_are_counted() -> None:
    ask = happened(
        deliveries.message("D1", "U1", "what is this?", "1.0", subtype="file_share", files=[{}, {}])
    )
    assert isinstance(ask, SlackQuestion)
    assert len(ask.files) == 2


def test_what_other_bots_and_workflows_say_is_told_apart_but_not_what_they_say_in_threads() -> None:
    said = {"subtype": "bot_message", "bot_id": "B1"}
    inner = {**deliveries.message("C1", "", "Who paid?", "2.0", **said), "user": None}
    remark = happened(inner)
    assert isinstance(remark, ChannelRemark)
    assert (remark.by_bot, remark.asks, remark.ask.user) == (True, True, "B1")
    assert happened({**inner, "thread_ts": "1.0"}) is None


@pytest.mark.parametrize(
    ("name", "rating"), [("+1", "up"), ("thumbsdown", "down"), ("+1::skin-tone-2", "up")]
)
def test_thumbs_on_our_messages_are_opinions(name: str, rating: str) -> None:
    assert happened(deliveries.reaction("C1", "U1", name, "1.0", BOT_USER)) == Rated(
        STATE.team, "C1", "1.0", "U1", rating
    )
    assert happened(deliveries.reaction("C1", "U1", name, "1.0", "U2")) is None
    assert happened(deliveries.reaction("C1", "U1", "tada", "1.0", BOT_USER)) is None


def test_an_edit_that_does_not_say_what_stood_there_starts_nothing_new() -> None:
    after = deliveries.message("C1", "U1", SAID, "1.0")
    inner = deliveries.changed("C1", {}, after, "3.0")
    inner.pop("previous_message")
    edited = happened(inner)
    assert isinstance(edited, Edited)
    assert not edited.to_bot


def test_a_message_of_a_shared_channel_has_one_key_whatever_team_its_events_name() -> None:
    STATE.person("U9", team_id="T0000000002")
    bodies = [
        deliveries.event(STATE, make("C1", "U9", SAID, "1.0"), shared=True)
        for make in (deliveries.mention, deliveries.message)
    ]
    assert {body["team_id"] for body in bodies} == {STATE.team, "T0000000002"}
    asks = [parse_event(body, IDENTITY) for body in bodies]
    assert asks[0] == asks[1]
    assert isinstance(asks[0], SlackQuestion)
    assert asks[0].key == (STATE.team, "C1", "1.0")
    assert asks[0].shared
