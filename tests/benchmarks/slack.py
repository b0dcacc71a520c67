"""The long trials of the Slack bot, against the fake Slack with all of Slack's documented limits on.

`make bench-slack`: 50 people at once, a steady flow, windows while the workers are busy, a slow Slack, 50
disconnects in mid-answer, and 10,000 answers with what the process holds. Needs no data.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bot.model_server import Hangs, model_server
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot
from tests.fakeslack.state import texts
from tests.fakeslack.trials import CHANNEL, Latencies, answers, crowd, disconnects, rush, small_articles

Askers = list[tuple[str, str]]
ASKS = "When does the new library open?"


@contextmanager
def running(
    home: Path, people: int, channels: int, toml: str = ""
) -> Iterator[tuple[FakeSlack, Bot, Askers]]:
    """A fresh Slack with these people, and a warm bot in it."""
    with tempfile.TemporaryDirectory() as folder, FakeSlack() as slack:
        askers = crowd(slack, people, channels)
        slack.state.person("U00ADA")
        slack.state.channel(CHANNEL, "U00ADA")
        log = Path(folder) / "log"
        bot = Bot(slack, home, log, toml=toml, hourly_each=10_000, waiting_each=100, queue=500)
        try:
            slack.until(lambda: "On Record answers" in bot.said(), 120)
            slack.quiet()
            yield slack, bot, askers
            refused = [error for _, error in slack.state.rejected]
            met = {method: slack.limits_met.count(method) for method in set(slack.limits_met)}
            print(
                f"  messages that Slack refused: {len(refused)}; limits run into: {met or 'none'}", flush=True
            )
        finally:
            bot.stop()
            errors = [line for line in bot.said().splitlines() if " ERROR " in line]
            print(f"  errors in the log: {len(errors)}", *errors[:5], sep="\n", flush=True)


def told(title: str, went: Latencies) -> None:
    """Print how it went."""
    print(
        f"{title}: p50 {went.of(0.5):.1f} s, p90 {went.of(0.9):.1f} s, p99 {went.of(0.99):.1f} s, all within "
        f"{went.answers[-1]:.1f} s; acknowledged within {went.ack_p99 * 1000:.0f} ms (p99); "
        f"{went.told_their_place} told their place",
        flush=True,
    )


def looks(home: Path) -> None:
    """Windows, a command and the Home tab, while both workers wait for a language model."""

    def seconds(slack: FakeSlack, act: Callable[[], object], seen: Callable[[], object]) -> float:
        began = time.monotonic()
        act()
        slack.until(seen)
        return time.monotonic() - began

    with running(home, 2, 2) as (slack, _, _):
        (answer,) = slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, ASKS))
    with model_server(lambda _: Hangs()) as server:
        toml = f'model = "slow"\nmodel_url = "{server.url}"\n'
        with running(home, 2, 2, toml) as (slack, _, askers):
            slack.state.messages[CHANNEL, answer.ts] = answer
            for user, channel in askers:
                slack.mention(user, channel, ASKS)
            slack.until(lambda: len(server.asked) == 2)

            def filled() -> bool:
                return "Loading …" not in "".join(texts(slack.state.views[-1:])) and bool(slack.state.views)

            window = seconds(slack, lambda: slack.press("U00ADA", answer, "passages"), filled)
            status = seconds(
                slack,
                lambda: slack.ask_privately("U00ADA", CHANNEL, "status"),
                lambda: [m for m in slack.state.whispers() if "3 articles" in m.shown()],
            )
            home_tab = seconds(
                slack, lambda: slack.open_app("U00ADA", "home"), lambda: slack.state.homes.get("U00ADA")
            )
            print(
                f"while both workers are busy: Show passages filled in {window:.2f} s, /onrecord status in "
                f"{status:.2f} s, Home in {home_tab:.2f} s",
                flush=True,
            )


def main() -> None:
    """Run them all; a number of answers may be given, 0 for none."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "record"
        file = small_articles(Path(folder) / "articles")
        subprocess.run([ONRECORD, "ingest", "--home", str(home), str(file)], check=True)
        with running(home, 50, 50) as (slack, _, askers):
            told("50 people at once, a channel each", rush(slack, askers))
        with running(home, 50, 1) as (slack, _, askers):
            told("50 people at once in one channel", rush(slack, askers))
        with running(home, 60, 30) as (slack, _, askers):
            told("60 questions a minute for 3 minutes, in 30 channels", rush(slack, askers * 3, every=1.0))
        looks(home)
        with running(home, 50, 50) as (slack, _, askers):
            slack.slow = 3.0
            told("50 people at once, Slack at 3 s a call", rush(slack, askers))
        with running(home, 50, 1) as (slack, _, _):
            longest = disconnects(slack, 50)
            print(f"50 disconnects: each question answered once; longest absence {longest:.2f} s", flush=True)
        if count:
            with running(home, 40, 40) as (slack, bot, askers):
                for at, one in enumerate(answers(slack, bot, askers, count), start=1):
                    print(
                        f"{at * count // 10:,} answers: {one.megabytes:.0f} MB, {one.threads} threads, "
                        f"{one.files} files",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
