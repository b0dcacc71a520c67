"""The bot in Slack, as people meet it: over the real wire, as a process of its own."""

import json
from collections.abc import Callable

from tests.fakeslack import FakeSlack
from tests.fakeslack.effects import effects
from tests.fakeslack.people import elements
from tests.fakeslack.server import Fault
from tests.fakeslack.state import Message, texts

NEWS = "C0000NEWS"
TROOPS = "Why did Sheinbaum refuse the troops?"
NOWHERE = "How much compensation did the passengers receive?"


def privately(slack: FakeSlack, user: str, holds: str) -> Message:
    """The message that only `user` sees and that holds these words, however it came."""

    def found() -> Message | None:
        said = [m for m in slack.state.whispers() if m.only_for == user and holds in m.shown()]
        return said[0] if said else None

    message: Message = slack.until(found)
    return message


def opened(slack: FakeSlack, press: Callable[[], object]) -> str:
    """Everything in the window that a press opens."""
    before = len(slack.state.views)
    press()

    def filled() -> str:
        shown = "\n".join(texts(slack.state.views[-1])) if len(slack.state.views) > before else ""
        return "" if "Loading …" in shown else shown

    window: str = slack.until(filled)
    return window


def test_a_mention_is_marked_answered_with_linked_numbers_and_sources_and_unmarked(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", NEWS, TROOPS)
    (answer,) = shared.answers(NEWS, ts)
    said = [one["status"] for one in shared.state.statuses if one["thread_ts"] == ts]
    # What is outdated before its turn is never sent.
    assert said[0] in ("is looking at your question …", "is searching 21 articles …")
    assert answer.thread_ts == ts
    assert "as a matter of sovereignty" in answer.shown()
    assert "[[1]](https://quillmarkdispatch.example/" in answer.markdown
    assert "#:~:text=Sheinbaum%20refused%20the%20troops" in answer.markdown
    assert "Sheinbaum refuses US president's offer of troops against the cartels" in answer.shown()
    assert "5 May 2025" in answer.shown()
    assert {one["action_id"] for one in elements(answer.blocks)} == {"passages", "copy", "timeline", "rate"}
    shared.quiet()
    assert [one["status"] for one in shared.state.statuses if one["thread_ts"] == ts][-1] == ""
    assert shared.state.reacted == []
    assert effects(answer).pings == frozenset()
    assert all("quillmarkdispatch.example" in link for link in effects(answer).links)


def test_what_is_not_on_record_is_said_once_without_citations_and_handed_to_a_person(
    shared: FakeSlack,
) -> None:
    ts = shared.mention("U00ADA", NEWS, NOWHERE)
    (answer,) = shared.answers(NEWS, ts)
    assert "Not on record: I found no sentence that I am sure of in the 21 articles." in answer.shown()
    assert "Nearest to it:" in answer.shown()
    assert "[1]" not in answer.shown()
    for _ in range(2):
        shared.press("U00ADA", answer, "person")
    privately(shared, "U00ADA", "I have handed your question on")
    privately(shared, "U00ADA", "has been handed on already")
    handed = [m for m in shared.state.messages.values() if m.channel == "C0000ESC"]
    assert len(handed) == 1
    assert NOWHERE in handed[0].shown()
    assert effects(handed[0]).pings == frozenset()


def test_the_pane_says_what_is_going_on_and_is_at_rest_afterwards(shared: FakeSlack) -> None:
    ts = shared.say("U00BEN", "D00BEN", "When did the replacement ferry begin service?")
    shared.answers("D00BEN", ts)
    shared.quiet()
    shared.state.statuses.clear()
    shared.state.sessions.clear()
    # What stands above it is read slowly, so that its first status is not outdated before it is sent.
    shared.faults.append(Fault("conversations.replies", "slow"))
    shared.say("U00BEN", "D00BEN", "And when did it begin service?", thread=ts)
    shared.answers("D00BEN", ts, 2)
    shared.quiet()
    assert [fault.times for fault in shared.faults] == [0]
    shared.faults.clear()
    said = [one["status"] for one in shared.state.statuses if one["thread_ts"] == ts]
    assert said[0] == "is looking at your question …"
    assert "is searching 21 articles …" in said
    assert said[-1] == ""
    lives = [one["status"] for one in shared.state.sessions if one["thread_ts"] == ts]
    assert lives == ["processing", "active"]


def test_passages_are_shown_in_their_paragraphs_and_the_answer_can_be_copied(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", NEWS, TROOPS)
    (answer,) = shared.answers(NEWS, ts)
    window = opened(shared, lambda: shared.press("U00BEN", answer, "passages"))
    assert "Her words were these" in window
    bold = [one for one in runs(shared.state.views[-1]) if one.get("style") == {"bold": True}]
    assert "Sheinbaum refused the troops as a matter of sovereignty." in [one["text"] for one in bold]
    window = opened(shared, lambda: shared.press("U00BEN", answer, "copy"))
    assert "[1] “Sheinbaum refused the troops as a matter of sovereignty.”" in window
    assert "](<https://quillmarkdispatch.example/" in window


def test_a_command_is_answered_to_its_user_alone_and_shared_when_they_say_so(shared: FakeSlack) -> None:
    id_ = shared.ask_privately("U00BEN", NEWS, TROOPS)
    (said,) = shared.until(lambda: [body for i, body in shared.responses if i == id_])
    assert said["response_type"] == "ephemeral"
    assert "as a matter of sovereignty" in json.dumps(said["blocks"])
    shown = Message(NEWS, "1.0", "", blocks=said["blocks"])
    before = set(shared.state.messages)
    shared.press("U00BEN", shown, "share")
    (new,) = shared.until(lambda: [m for key, m in shared.state.messages.items() if key not in before])
    assert "as a matter of sovereignty" in new.shown()
    assert new.unfurls is False


def test_the_words_of_the_command_say_what_is_on_record(shared: FakeSlack) -> None:
    for word, holds in (("status", "21 articles"), ("articles", "harbour master"), ("help", "Mention me")):
        shared.ask_privately("U00BEN", NEWS, word)
        privately(shared, "U00BEN", holds)
        # The socket may be read later than what came by HTTP.
        shared.until(lambda: [ack for ack in shared.acks if "Looking" in json.dumps(ack.payload)])
        shared.acks.clear()


def test_the_asker_may_ask_on_without_a_mention_and_people_are_left_alone(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", NEWS, TROOPS)
    shared.answers(NEWS, ts)
    shared.quiet()
    shared.say("U00ADA", NEWS, "thanks", thread=ts)
    shared.say("U00ADA", NEWS, "<@U00BEN> what do you think?", thread=ts)
    shared.quiet()
    assert len(shared.state.replies(NEWS, ts)) == 1
    shared.say("U00ADA", NEWS, "And when was the offer made?", thread=ts)
    shared.answers(NEWS, ts, 2)
    seen = len(shared.acks)
    shared.say("U00BEN", NEWS, "Did you see that?", thread=ts)
    # Two deliveries at once may be taken in either order.
    shared.until(lambda: len(shared.acks) > seen)
    shared.say("U00ADA", NEWS, "Who told you so?", thread=ts)
    shared.quiet()
    assert len(shared.state.replies(NEWS, ts)) == 2


def test_follow_ups_can_be_turned_off_for_a_channel(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", "C000QUIET", TROOPS)
    shared.answers("C000QUIET", ts)
    shared.say("U00ADA", "C000QUIET", "When was that?", thread=ts)
    shared.quiet()
    assert len(shared.state.replies("C000QUIET", ts)) == 1


def test_an_edited_question_is_answered_again_in_place_and_a_deleted_one_is_withdrawn(
    shared: FakeSlack,
) -> None:
    ts = shared.mention("U00ADA", NEWS, TROOPS)
    (answer,) = shared.answers(NEWS, ts)
    shared.quiet()
    shared.edit("U00ADA", NEWS, ts, "<@U0000000BOT> When did the replacement ferry begin service?")
    shared.until(lambda: "began service on 30 March" in answer.shown())
    assert len(shared.state.replies(NEWS, ts)) == 1
    shared.quiet()
    shared.delete("U00ADA", NEWS, ts)
    shared.until(lambda: answer.deleted)


def test_private_channels_get_answers_that_only_the_asker_sees(shared: FakeSlack) -> None:
    ts = shared.mention("U00BEN", "C00PRIVATE", TROOPS)
    privately(shared, "U00BEN", "as a matter of sovereignty")
    assert shared.state.replies("C00PRIVATE", ts) == []


def test_guests_strangers_and_shared_channels_are_refused_politely_and_in_private(shared: FakeSlack) -> None:
    asked = [
        ("U0GUEST", NEWS, "guests"),
        ("U0ALIEN", NEWS, "this organisation"),
        ("U00ADA", "C000SHARED", "shared with other organisations"),
    ]
    for user, channel, reason in asked:
        ts = shared.mention(user, channel, TROOPS)
        privately(shared, user, reason)
        assert shared.state.replies(channel, ts) == []


def test_other_bots_edits_by_previews_and_joins_start_nothing(shared: FakeSlack) -> None:
    said = [
        shared.say("U00ADA", NEWS, f"<@U0000000BOT> {TROOPS}", bot_id="B0OTHER"),
        shared.say("U00ADA", NEWS, "joined", subtype="channel_join"),
        shared.say("U0000000BOT", NEWS, f"<@U0000000BOT> {TROOPS}"),
    ]
    shared.quiet()
    # Calls for earlier questions may still come.
    assert not [call for call in shared.state.calls if set(said) & set(map(str, call.body.values()))]


def test_links_to_private_addresses_are_not_read_and_it_is_said_why(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", NEWS, f"read <http://127.0.0.1:{shared.port}/api/auth.test>")
    (answer,) = shared.answers(NEWS, ts)
    assert "Not read: " in answer.shown()
    assert effects(answer).links == frozenset()


def test_the_home_tab_and_the_pane_show_what_is_there_and_what_can_be_asked(shared: FakeSlack) -> None:
    shared.open_app("U00CYD", "home")
    home = shared.until(lambda: shared.state.homes.get("U00CYD"))
    assert "21 articles" in "\n".join(texts(home))
    shared.open_app("U00CYD", "messages")
    prompts = shared.until(lambda: shared.state.prompts)[-1]["prompts"]
    assert 1 <= len(prompts) <= 4


def test_nothing_that_was_said_in_this_file_was_refused_by_slack(shared: FakeSlack) -> None:
    assert shared.state.rejected == []


def runs(value: object) -> list[dict[str, object]]:
    """Every run of text."""
    if isinstance(value, dict):
        own = [value] if "style" in value and isinstance(value["style"], dict) else []
        return own + [one for inner in value.values() for one in runs(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in runs(inner)]
    return []
