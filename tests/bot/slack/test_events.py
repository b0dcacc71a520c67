"""What an event is to the bot."""

import pytest

from bot.slack.events import (
    ChannelRemark,
    Deleted,
    Edited,
    EventKind,
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
