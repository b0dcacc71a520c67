"""Deliveries, disconnects and deaths: every question is answered once, or its asker is told."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.slack.database import FILE
from tests.fakeslack import FakeSlack, deliveries
from tests.fakeslack.process import Bot
from tests.fakeslack.server import Fault
from tests.fakeslack.trials import CHANNEL, crowd, disconnects, rush

Start = Callable[..., Bot]
TROOPS = "Why did Sheinbaum refuse the troops?"


def deliver_again(slack: FakeSlack, user: str, ts: str, copies: int) -> None:
    said = slack.state.messages[CHANNEL, ts]
    for inner in (
        deliveries.message(CHANNEL, user, said.text, ts),
        deliveries.mention(CHANNEL, user, said.text, ts),
    ):
        body = deliveries.event(slack.state, inner)
        for _ in range(copies):
            slack.send(body)


def test_a_question_delivered_eight_times_with_a_restart_between_is_answered_once_and_remembered(
    slack: FakeSlack, start: Start
) -> None:
    bot = start()
    asked = [slack.mention("U00ADA", CHANNEL, TROOPS, twin=twin, copies=4) for twin in ("before", "after")]
    for ts in asked:
        slack.answers(CHANNEL, ts)
    slack.quiet()
    assert bot.stop() == 0
    start()
    for ts in asked:
        deliver_again(slack, "U00ADA", ts, 4)
    slack.quiet(1.0)
    assert [len(slack.state.replies(CHANNEL, ts)) for ts in asked] == [1, 1]
    # What the follow-up leans on was said to the process before; alone, nothing answers it.
    slack.say("U00ADA", CHANNEL, "Why was that?", thread=asked[0])
    alone = slack.mention("U00BEN", CHANNEL, "Why was that?")
    assert "as a matter of sovereignty" in slack.answers(CHANNEL, asked[0], 2)[1].shown()
    assert "Not on record" in slack.answers(CHANNEL, alone)[0].shown()


@pytest.mark.parametrize("where", ["before the answer", "in mid-stream"])
def test_a_bot_that_is_killed_at_an_answer_gives_it_once_after_the_next_start(
    slack: FakeSlack, start: Start, where: str
) -> None:
    bot = start()
    # Once warm, so that the moment of the kill is the one that is meant.
    slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, "When did the replacement ferry begin service?"))
    slack.quiet()
    if where != "before the answer":
        slack.faults.append(Fault("chat.stopStream", "slow", times=99))
    seen = len(slack.acks)
    ts = slack.mention("U00BEN", CHANNEL, TROOPS)
    slack.until(lambda: len(slack.acks) >= seen + 2)
    if where != "before the answer":
        slack.until(lambda: slack.state.replies(CHANNEL, ts))
    bot.kill()
    time.sleep(0.6)  # What was on its way arrives.
    slack.faults.clear()
    start()
    deliver_again(slack, "U00BEN", ts, 2)
    slack.until(lambda: any("Show passages" in m.shown() for m in slack.state.replies(CHANNEL, ts)))
    slack.quiet(1.0)
    (answer,) = slack.state.replies(CHANNEL, ts)
    assert not answer.streaming
    assert "as a matter of sovereignty" in answer.shown()


def test_who_asked_by_command_is_told_when_the_bot_was_killed_at_it(slack: FakeSlack, start: Start) -> None:
    bot = start()
    # Never warm: the models are still being loaded when it is killed.
    id_ = slack.ask_privately("U00ADA", CHANNEL, TROOPS)
    slack.until(lambda: slack.acks)
    bot.kill()
    answered = [body for i, body in slack.responses if i == id_]
    start()
    if not answered:
        said = slack.until(lambda: [body for i, body in slack.responses if i == id_])
        assert "restarted" in str(said) or "sovereignty" in str(said)


def test_a_question_at_which_one_process_after_another_dies_is_given_up_and_its_asker_told(
    slack: FakeSlack, start: Start, record: Path
) -> None:
    def left(ts: str) -> list[tuple[str, int]]:
        with sqlite3.connect(record / FILE) as db:
            return db.execute("SELECT state, tries FROM asks WHERE ts = ?", (ts,)).fetchall()

    slack.faults.append(Fault("chat.stopStream", "slow", times=99))
    bot = start()
    ts = slack.mention("U00BEN", CHANNEL, TROOPS)
    for tries in (1, 2, 3):
        slack.until(lambda tries=tries: left(ts) == [("working", tries)])
        bot.kill()
        bot = start()
    slack.until(lambda: any("I gave up" in one.shown() for one in slack.state.ephemerals))
    assert left(ts) == [("done", 3)]
    assert bot.stop() == 0


def test_a_bot_that_is_cut_off_again_and_again_answers_everything_once_and_is_back_at_once(
    slack: FakeSlack, start: Start
) -> None:
    askers = crowd(slack, 10, 10)
    start()
    assert disconnects(slack, 2) < 10
    went = rush(slack, askers)
    assert went.told_their_place == 0
    assert slack.state.rejected == []


def test_a_post_whose_connection_broke_after_it_was_done_is_not_done_twice(
    slack: FakeSlack, start: Start
) -> None:
    slack.faults += [
        Fault("chat.startStream", "drop after"),
        Fault("chat.startStream", "missing_scope", times=99, after=1),
        Fault("chat.postMessage", "500 after", after=0),
        Fault("chat.postMessage", "drop after", after=1),
        Fault("chat.update", "429"),
        Fault("reactions.add", "missing_scope"),
    ]
    bot = start()
    asked: list[str] = []
    for _ in range(4):
        ts = slack.mention("U00ADA", CHANNEL, TROOPS)
        slack.until(lambda ts=ts: any("Show passages" in m.shown() for m in slack.state.replies(CHANNEL, ts)))
        asked.append(ts)
    slack.quiet(1.2)
    assert [len(slack.state.replies(CHANNEL, ts)) for ts in asked] == [1, 1, 1, 1]
    assert bot.stop() == 0


def test_where_the_answer_cannot_be_put_its_asker_is_told_directly(slack: FakeSlack, start: Start) -> None:
    start()
    slack.state.channel("C000GONE", "U00ADA", archived=True)
    slack.state.channel("C000ELSE", "U00ADA", bot=False)
    for channel, reason in (("C000GONE", "archived"), ("C000ELSE", "not a member")):
        slack.mention("U00ADA", channel, TROOPS)
        slack.until(
            lambda reason=reason: [
                m for m in slack.state.messages.values() if m.channel == "D00ADA" and reason in m.shown()
            ]
        )


def test_an_empty_record_is_said_to_be_empty(slack: FakeSlack, start: Start, tmp_path: Path) -> None:
    start(tmp_path / "none")
    ts = slack.mention("U00ADA", CHANNEL, TROOPS)
    (answer,) = slack.answers(CHANNEL, ts)
    assert "Nothing is on record yet" in answer.shown()
    slack.open_app("U00ADA", "home")
    slack.until(lambda: slack.state.homes)
