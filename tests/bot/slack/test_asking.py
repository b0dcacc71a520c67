"""The ways in which people ask, and what their questions lean on; one bot for all."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.slack.conftest import people
from tests.bot.slack.test_bot import NOWHERE, TROOPS, privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot, environment
from tests.fakeslack.state import Message
from tests.fakeslack.trials import CHANNEL

OPEN, GROUP = "C0000OPEN", "G0000GROUP"


@pytest.fixture(scope="module")
def asking(shared_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    folder = tmp_path_factory.mktemp("asking")
    toml = f"[slack]\nhourly_each = 1000\n[slack.channel.{OPEN}]\nanswer_all = true\nanswer_bots = true\n"
    with FakeSlack() as slack:
        people(slack)
        for channel in (OPEN, GROUP):
            slack.state.channel(channel, "U00ADA", "U00BEN")
        bot = Bot(slack, shared_record, folder / "log", toml=toml)
        yield slack
        assert bot.stop() == 0, bot.said()
        assert "Traceback" not in bot.said(), bot.said()
        assert slack.state.rejected == []


def answer(slack: FakeSlack, channel: str, ts: str, thread: str = "") -> str:
    """What the bot says last in a thread, once it is whole."""
    said: list[Message] = slack.until(
        lambda: [m for m in slack.state.replies(channel, thread or ts) if m.ts > ts and not m.streaming]
    )
    return said[-1].shown()


def test_a_mention_below_somebodys_question_answers_that_question(asking: FakeSlack) -> None:
    asked = asking.say("U00BEN", CHANNEL, TROOPS)
    ts = asking.mention("U00ADA", CHANNEL, "", thread=asked)
    assert "as a matter of sovereignty" in answer(asking, CHANNEL, ts, asked)


def test_a_question_that_leans_on_the_threads_first_message_is_answered_with_it(asking: FakeSlack) -> None:
    first = asking.say("U00BEN", CHANNEL, "Sheinbaum refused the US president's offer of troops.")
    ts = asking.mention("U00ADA", CHANNEL, "And when was the offer made?", thread=first)
    assert "made the offer to Sheinbaum" in answer(asking, CHANNEL, ts, first)


def test_in_a_long_thread_what_stands_just_above_the_question_counts(asking: FakeSlack) -> None:
    first = asking.say("U00BEN", CHANNEL, "Shall we have lunch?")
    for n in range(40):
        asking.say("U00BEN", CHANNEL, f"Soup number {n}.", thread=first)
    asking.say("U00BEN", CHANNEL, "Sheinbaum refused the US president's offer of troops.", thread=first)
    asking.state.most_replies = 15
    ts = asking.mention("U00ADA", CHANNEL, "And when was the offer made?", thread=first)
    try:
        assert "made the offer to Sheinbaum" in answer(asking, CHANNEL, ts, first)
    finally:
        asking.state.most_replies = 1_000


def test_a_question_that_names_days_is_told_which_articles_were_searched(asking: FakeSlack) -> None:
    question = "How many people were injured when the ferry struck the north pier in March 2026?"
    ts = asking.say("U00ADA", "D00ADA", question)
    assert "Of the articles published or updated 1–31 March 2026:" in answer(asking, "D00ADA", ts)


def test_where_outlets_differ_the_answer_says_so_first(asking: FakeSlack) -> None:
    question = "How many people were injured when the ferry struck the north pier?"
    ts = asking.say("U00ADA", "D00ADA", question)
    said = answer(asking, "D00ADA", ts)
    assert said.startswith("14 or 17: outlets differ.")
    assert said.count("outlets differ") == 1


def test_a_forwarded_question_is_answered(asking: FakeSlack) -> None:
    ts = asking.say("U00ADA", "D00ADA", "", attachments=[{"is_share": True, "text": TROOPS}])
    assert "as a matter of sovereignty" in answer(asking, "D00ADA", ts)


def test_who_attaches_a_file_is_told_that_it_was_not_read(asking: FakeSlack) -> None:
    ts = asking.say("U00ADA", "D00ADA", TROOPS, subtype="file_share", files=[{"id": "F1"}])
    said = answer(asking, "D00ADA", ts)
    assert "as a matter of sovereignty" in said
    assert "I did not read what is attached" in said
    alone = asking.say("U00ADA", "D00ADA", "", subtype="file_share", files=[{"id": "F1"}])
    assert "I did not read what is attached" in answer(asking, "D00ADA", alone)


def test_where_it_is_set_questions_need_no_mention_and_may_come_from_workflows(asking: FakeSlack) -> None:
    ts = asking.say("U00ADA", OPEN, TROOPS)
    assert "as a matter of sovereignty" in answer(asking, OPEN, ts)
    ts = asking.say("", OPEN, TROOPS, subtype="bot_message", bot_id="B00000FLOW")
    assert "as a matter of sovereignty" in answer(asking, OPEN, ts)
    for channel, text in ((OPEN, "Good morning."), (OPEN, "<@U00BEN> why is that?"), (CHANNEL, TROOPS)):
        quiet = asking.say("U00ADA", channel, text)
        asking.quiet()
        assert asking.state.replies(channel, quiet) == []


def test_in_a_message_to_several_people_a_mention_is_answered_and_followed_up(asking: FakeSlack) -> None:
    ts = asking.mention("U00ADA", GROUP, TROOPS)
    answer(asking, GROUP, ts)
    asking.quiet()
    on = asking.say("U00ADA", GROUP, "And when was the offer made?", thread=ts)
    assert "made the offer to Sheinbaum" in answer(asking, GROUP, on, ts)


def test_in_the_pane_this_is_the_message_that_is_looked_at(asking: FakeSlack) -> None:
    seen = asking.said(CHANNEL, "U00BEN", TROOPS)
    entity = {
        "type": "slack#/types/message_context",
        "value": {"channel_id": CHANNEL, "message_ts": seen.ts},
        "team_id": asking.state.team,
    }
    ts = asking.say("U00ADA", "D00ADA", "What about this?", app_context={"entities": [entity]})
    assert "as a matter of sovereignty" in answer(asking, "D00ADA", ts)


def test_a_message_can_be_asked_about_and_only_who_asked_sees_it(asking: FakeSlack) -> None:
    message = asking.said(CHANNEL, "U00BEN", TROOPS)
    asking.ask_about("U00CYD", message)
    privately(asking, "U00CYD", "as a matter of sovereignty")
    assert asking.state.replies(CHANNEL, message.ts) == []


def test_a_thumb_as_a_reaction_is_kept_as_an_opinion(asking: FakeSlack, shared_record: Path) -> None:
    ts = asking.mention("U00CYD", CHANNEL, NOWHERE)
    (said,) = asking.answers(CHANNEL, ts)
    asking.react("U00CYD", said, "thumbsdown")

    def kept() -> bool:
        ended = subprocess.run(
            [ONRECORD, "feedback"],
            env=environment(asking, shared_record),
            capture_output=True,
            text=True,
            check=True,
        )
        return f"- {NOWHERE}" in ended.stdout

    assert asking.until(kept)


def test_stop_works_in_a_channels_thread_and_its_session_is_at_rest_afterwards(asking: FakeSlack) -> None:
    ts = asking.mention("U00ADA", CHANNEL, TROOPS)
    asking.stop("U00ADA", CHANNEL, ts)
    asking.until(
        lambda: [one["status"] for one in asking.state.sessions if one["thread_ts"] == ts][-1:] == ["active"]
    )
