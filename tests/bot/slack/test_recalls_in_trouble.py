"""Told in Slack once, where files come from a backup, messages are gone, and ten thousand articles change."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.kept_answers.rows import query_json, row_of
from bot.kept_answers.telling import Telling
from index.embedding.embedder import Embedder
from index.types import Status
from tests.bot.slack.test_recalls import _A_LOOK, ASKED, Record, direct, told
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.state import Message
from tests.fakeslack.trials import CHANNEL

Start = Callable[..., Bot]
MANY = 10_000


@pytest.fixture
def record(tmp_path: Path, model: Embedder) -> Record:
    return Record(tmp_path / "record", model)


def asked(slack: FakeSlack, user: str = "U00ADA") -> str:
    ts = slack.mention(user, CHANNEL, ASKED)
    slack.answers(CHANNEL, ts)
    slack.quiet()
    return ts


def test_what_was_told_before_the_files_were_put_back_from_a_backup_is_not_told_again(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    bot = start(record.home)
    ts = asked(slack)
    bot.kill()
    backup = record.home.with_name("backup")
    shutil.copytree(record.home, backup)
    bot = start(record.home)
    assert record.change() == 1
    told(slack, CHANNEL, ts)
    slack.quiet()
    bot.kill()
    shutil.rmtree(record.home)
    shutil.copytree(backup, record.home)
    start(record.home)
    assert record.change() == 1
    time.sleep(_A_LOOK)
    assert len(slack.state.replies(CHANNEL, ts)) == 2
    assert [finding.number for finding, _ in Telling(record.home).findings(state="told")] == [1]
    # What is new since then is told.
    assert record.change(status=Status.WITHDRAWN) == 1
    told(slack, CHANNEL, ts, 3)


def test_an_answer_whose_message_was_deleted_is_recalled_in_the_thread_once_over_kills(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    bot = start(record.home)
    ts = asked(slack)
    (answer,) = slack.state.replies(CHANNEL, ts)
    del slack.state.messages[CHANNEL, answer.ts]
    bot.kill()
    assert record.change() == 1
    bot = start(record.home)
    (recall,) = told(slack, CHANNEL, ts, 1)
    assert "Now: 17 people" in recall.shown()
    bot.kill()
    start(record.home)
    time.sleep(_A_LOOK)
    assert slack.state.replies(CHANNEL, ts) == [recall]


def test_ten_thousand_changed_articles_make_one_digest_over_kills(
    slack: FakeSlack, start: Start, record: Record
) -> None:
    bot = start(record.home, recalls_daily=1)
    asked(slack)
    bot.kill()
    multiply(record.home)
    # All of these articles are gone, and nobody looked it over.
    record.change(look=False)
    bot = start(record.home, recalls_daily=1)
    (digest,) = slack.until(lambda: direct_posts(slack), 120)
    assert f"News of {MANY + 1} more answers" in digest.shown()
    assert f"and {MANY + 1 - 20} more" in digest.shown()
    assert digest.metadata is None, "the keys of ten thousand findings are more than Slack takes"
    bot.kill()
    bot = start(record.home, recalls_daily=1)
    time.sleep(2 * _A_LOOK)
    assert len(direct_posts(slack)) == 1
    assert bot.stop() == 0
    assert "Traceback" not in bot.said()


def direct_posts(slack: FakeSlack) -> list[Message]:
    """What stands in the channel and in no thread, but for questions."""
    return [one for one in direct(slack, CHANNEL) if not one.thread_ts and "News of" in one.shown()]


def multiply(home: Path) -> None:
    """As if as many questions had been answered in the channel, each from an article of its own."""
    store = Telling(home)
    ((kept, *_),) = store.questions("")
    one = store.get(kept.id)
    assert one is not None
    team, channel = one.place.split()[1:3]
    given = "INSERT INTO answers (id, team, channel, thread, ts, user, question, body, at) "
    copied = "SELECT ?, team, channel, ?, ?, user, question, body, at FROM answers WHERE id = ?"
    answer = "INSERT INTO answers (id, place, query, said, command, waits, at) VALUES (?,?,?,?,'',0,?)"
    with closing(sqlite3.connect(home / "slack.sqlite3")) as db, db, store.writing() as beside:
        for number in range(MANY):
            id_, ts = f"m{number}", f"1{number:09}.000001"
            db.execute(f"{given}{copied}", (id_, ts, ts, one.id))
            values = (id_, f"slack {team} {channel} {ts}", query_json(one.query), one.said, one.at)
            beside.execute(answer, values)
            quote = replace(one.quotes[0], article_id=f"article {number}")
            beside.execute("INSERT INTO quotes VALUES (?,?,?,?,?)", row_of(id_)(quote))
