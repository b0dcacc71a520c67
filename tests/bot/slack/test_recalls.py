"""Told in Slack: what became of an answer, once, where it was given, whatever is killed in between."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.kept_answers.look_over import look_over
from bot.kept_answers.store import KeptAnswers
from index.embedding.embedder import Embedder
from index.store import Index
from index.types import Article, Status
from tests.conftest import put
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.server import Fault
from tests.fakeslack.state import Message
from tests.fakeslack.trials import CHANNEL

Start = Callable[..., Bot]
HURT = "14 people were injured when the ferry struck the north pier at Orrinmouth."
ASKED = "How many people were injured when the ferry struck the north pier?"
OPENS = "When does the new library open?"
FERRY = Article(
    "ferry", f"Fog lay over the harbour. {HURT}", "Ferry strikes pier", "Northshore Wire",
    published="2026-03-03", url="https://wire.example/ferry",
)  # fmt: skip
NOW = HURT.replace("14", "17")
# Longer than the bot takes to look whether there is anything to tell.
_A_LOOK = 2.6


class Record:
    """A record that changes while a bot answers from it."""

    def __init__(self, home: Path, model: Embedder) -> None:
        self.home = home
        self._model = model
        Index.create(home)
        with Index(home, model) as index:
            put(index, FERRY)

    def put(self, *articles: Article, look: bool = True) -> int:
        """Publish, and look over as the process that refreshes does; how much is found."""
        with Index(self.home, self._model) as index:
            put(index, *articles)
            flow = AnswerFlow(index, ExtractiveWriter(self._model.embed_tokens), 0.5)
            return look_over(index, KeptAnswers(self.home), flow).found if look else 0

    def change(
        self, text: str = f"Fog lay over the harbour. {NOW}", *, look: bool = True, **more: object
    ) -> int:
        about = {key: getattr(FERRY, key) for key in ("title", "source", "published", "url")}
        return self.put(Article("ferry", text, **{**about, **more}))  # type: ignore[arg-type]


@pytest.fixture
def record(tmp_path: Path, model: Embedder) -> Record:
    return Record(tmp_path / "record", model)


def told(slack: FakeSlack, channel: str, ts: str, count: int = 2) -> list[Message]:
    """The replies in a thread, once there are so many."""
    found: list[Message] = slack.until(
        lambda: len(found := slack.state.replies(channel, ts)) >= count and found, 60
    )
    return found


def direct(slack: FakeSlack, channel: str) -> list[Message]:
    return [message for message in slack.state.messages.values() if message.channel == channel]


def test_a_changed_sentence_is_told_once_in_a_long_thread_over_kills_and_marked(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    bot = start(record.home)
    ts = slack.said(CHANNEL, "U00BEN", "The ferry, again.").ts
    for number in range(200):
        slack.said(CHANNEL, "U00BEN", f"Tide {number}.", ts)
    slack.mention("U00ADA", CHANNEL, ASKED, ts)
    slack.answers(CHANNEL, ts)
    slack.quiet()
    assert record.change(f"Sun lay over the harbour. {HURT}") == 0
    bot.kill()
    assert record.change() == 1
    # Posted, and killed before it knows.
    slack.faults.append(Fault("chat.postMessage", "slow", times=1))
    bot = start(record.home)
    told(slack, CHANNEL, ts)
    bot.kill()
    slack.faults.clear()
    bot = start(record.home)
    answer, recall = told(slack, CHANNEL, ts)
    assert f"Then: {HURT}" in recall.shown()
    assert f"Now: {NOW}" in recall.shown()
    assert record.change(NOW.replace("17", "19")) == 0
    assert record.change(HURT) == 0
    time.sleep(_A_LOOK)
    assert len(slack.state.replies(CHANNEL, ts)) == 2
    assert slack.state.rejected == []
    # A heavier one is told, and marked.
    assert record.change(status=Status.WITHDRAWN, note="Retracted.") == 1
    told(slack, CHANNEL, ts, 3)
    slack.until(lambda: (CHANNEL, answer.ts, "warning") in slack.state.reactions)
    assert bot.stop() == 0


def test_what_was_asked_privately_is_told_privately(slack: FakeSlack, start: Start, record: Record) -> None:
    start(record.home)
    slack.ask_privately("U00BEN", CHANNEL, ASKED)
    slack.until(lambda: "14 people" in str(slack.responses))
    slack.quiet()
    record.change(status=Status.WITHDRAWN, note="Retracted: the figures were invented.")
    (whisper,) = slack.until(lambda: direct(slack, "D00BEN"), 60)
    assert "The article was withdrawn." in whisper.shown()
    assert "Retracted: the figures were invented." in whisper.shown()
    assert f"You asked: {ASKED}" in whisper.shown()
    assert direct(slack, CHANNEL) == []


def test_tell_me_is_answered_once_in_the_thread_when_the_record_holds_it(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    bot = start(record.home)
    ts = slack.mention("U00ADA", CHANNEL, OPENS)
    (refusal,) = slack.answers(CHANNEL, ts)
    slack.press("U00ADA", refusal, "tell_me")
    slack.until(lambda: any("ask again after each refresh" in str(one) for one in slack.responses))
    assert record.put(Article("master", "The harbour master resigned on 20 April.")) == 0
    bot.kill()
    # Nobody looks it over before the bot does.
    record.put(
        Article("library", "The new library opens on 9 May 2026.", "Library", "The Herald"), look=False
    )
    start(record.home)
    _, answer = told(slack, CHANNEL, ts)
    assert "This was not on record, and is now." in answer.shown()
    assert "9 May" in answer.shown()
    assert record.put(Article("again", "The new library opens on 9 May 2026, the mayor said.", "Books")) == 0


def test_beyond_the_daily_number_one_message_lists_the_rest_and_muted_channels_hear_nothing(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    start(record.home, recalls_daily=2)
    people = ("U00ADA", "U00ADA", "U00BEN", "U00CYD")
    asked = [slack.mention(user, CHANNEL, ASKED, twin="") for user in people]
    quiet, waits = (slack.mention("U00BEN", "C000QUIET", text) for text in (ASKED, OPENS))
    for channel, ts in [*((CHANNEL, one) for one in asked), ("C000QUIET", quiet)]:
        slack.answers(channel, ts)
    slack.press("U00BEN", slack.answers("C000QUIET", waits)[0], "tell_me")
    slack.quiet()
    assert record.change() == 5
    (digest,) = slack.until(lambda: [m for m in direct(slack, CHANNEL) if "News of 3 more" in m.shown()], 60)
    assert digest.thread_ts == ""
    assert digest.shown().count(ASKED) == 3
    assert sorted(len(slack.state.replies(CHANNEL, ts)) for ts in asked) == [1, 1, 1, 2]
    _, recall = told(slack, "C000QUIET", quiet)
    slack.press("U00BEN", recall, "mute")
    slack.until(lambda: any("I will not say here any more" in str(one) for one in slack.responses))
    assert record.change(status=Status.WITHDRAWN) == 5
    time.sleep(_A_LOOK)
    assert len(slack.state.replies("C000QUIET", quiet)) == 2
    # What somebody asked to be told is told there too.
    assert record.put(Article("library", "The new library opens on 9 May 2026.", "Library")) == 1
    _, answer = told(slack, "C000QUIET", waits)
    assert "9 May" in answer.shown()


def test_where_nothing_is_ever_told_no_button_promises_it(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    start(record.home, recalls_daily=0)
    (refusal,) = slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, OPENS))
    assert "Not on record" in refusal.shown()
    assert "Tell me when it is" not in str(refusal.blocks)


@pytest.mark.parametrize("how", ["archived", "removed", "deleted"])
def test_where_nothing_can_be_said_any_more_the_asker_is_told_or_nobody(
    slack: FakeSlack, start: Start, record: Record, how: str
) -> None:
    bot = start(record.home)
    ts = slack.mention("U00ADA", CHANNEL, ASKED)
    slack.answers(CHANNEL, ts)
    slack.quiet()
    if how == "deleted":
        slack.delete("U00ADA", CHANNEL, ts)
        slack.until(lambda: not slack.state.replies(CHANNEL, ts))
        slack.quiet()
        assert record.change() == 0
        assert KeptAnswers(record.home).count() == (0, 0)
        return
    if how == "archived":
        slack.state.channels[CHANNEL].archived = True
    else:
        slack.state.channels[CHANNEL].members.clear()
    assert record.change() == 1
    slack.until(lambda: direct(slack, "D00ADA"), 60)
    time.sleep(_A_LOOK)
    assert len(direct(slack, "D00ADA")) == len(slack.state.replies(CHANNEL, ts)) == 1
    assert bot.stop() == 0
    assert "Traceback" not in bot.said()
