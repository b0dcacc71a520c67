"""Trials of a bot over the fake Slack, in any length: quick in tests, long in `tests/benchmarks/slack.py`."""

import json
import random
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.fakeslack.process import Bot
from tests.fakeslack.server import FakeSlack

CHANNEL = "C0000NEWS"
QUESTION = "How many people were injured when the ferry struck the pier?"


def disconnects(slack: FakeSlack, count: int, seed: int = 0) -> float:
    """Cut the connection `count` times, each with a question on its way; the longest absence in seconds.

    Every question must be answered exactly once.
    """
    dice = random.Random(seed)
    asked, longest = [], 0.0
    for number in range(count):
        user = slack.state.person(f"U1{number:05}")
        asked.append(slack.mention(user, CHANNEL, QUESTION, copies=dice.choice([1, 2])))
        time.sleep(dice.uniform(0, 0.15))
        before = slack.connections
        slack.disconnect(polite=number % 3 == 0)
        began = time.monotonic()
        slack.until(partial(_connected_since, slack, before), 60)
        longest = max(longest, time.monotonic() - began)
    for ts in asked:
        slack.answers(CHANNEL, ts, seconds=120)
    slack.quiet(1.5)
    counts = [len(slack.state.replies(CHANNEL, ts)) for ts in asked]
    assert counts == [1] * count, counts
    return longest


def _connected_since(slack: FakeSlack, before: int) -> bool:
    return slack.connections > before


@dataclass(frozen=True)
class Rush:
    """How a rush of askers went: seconds of the acknowledgements at their 99th percentile, and in all."""

    p99: float
    all_answered: float
    told_their_place: int


def rush(slack: FakeSlack, people: int) -> Rush:
    """Everybody asks at once, each in a channel of their own, with every worker busy."""
    users = [slack.state.person(f"U2{number:05}") for number in range(people)]
    channels = [slack.state.channel(f"C2{number:05}", user) for number, user in enumerate(users)]
    began, seen = time.monotonic(), len(slack.acks)
    asked = [
        slack.mention(user, channel, QUESTION, twin="") for user, channel in zip(users, channels, strict=True)
    ]
    for channel, ts in zip(channels, asked, strict=True):
        slack.answers(channel, ts, seconds=300)
    took = time.monotonic() - began
    slack.quiet(1.0)
    assert [len(slack.state.replies(c, ts)) for c, ts in zip(channels, asked, strict=True)] == [1] * people
    acks = sorted(ack.seconds for ack in slack.acks[seen:])
    assert len(acks) == people
    told = sum(1 for m in slack.state.ephemerals if m.only_for in users and "before yours" in m.shown())
    return Rush(acks[int(len(acks) * 0.99) - 1 if len(acks) > 1 else 0], took, told)


@dataclass(frozen=True)
class Footprint:
    """What a process holds: resident memory in MB, threads, file descriptors."""

    megabytes: float
    threads: int
    files: int

    @staticmethod
    def of(bot: Bot) -> "Footprint":
        """Read it from /proc."""
        proc = Path(f"/proc/{bot.process.pid}")
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        return Footprint(
            int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), len(list((proc / "fd").iterdir()))
        )


def answers(slack: FakeSlack, bot: Bot, count: int, at_once: int = 20) -> list[Footprint]:
    """Ask `count` questions and look at the process ten times; the fake forgets what is done."""
    slack.state.remember_calls = False
    seen: list[Footprint] = []
    done = 0
    for batch in range(-(-count // at_once)):
        users = [slack.state.person(f"U3{batch % 500:03}{n:02}") for n in range(at_once)]
        asked = [slack.mention(user, CHANNEL, f"{QUESTION} ({batch})", twin="") for user in users]
        for ts in asked:
            slack.answers(CHANNEL, ts, seconds=300)
        done += at_once
        slack.state.messages.clear()
        slack.state.ephemerals.clear()
        slack.state.reacted.clear()
        slack.acks.clear()
        if done * 10 // count > len(seen):
            seen.append(Footprint.of(bot))
    return seen


def small_articles(folder: Path) -> Path:
    """A few short articles, so that a trial measures the bot and not the search."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "articles.jsonl"
    lines = [
        {
            "id": f"a{number}",
            "url": f"https://wire.example/{number}",
            "title": title,
            "source": "Northshore Wire",
            "published": "2026-03-03",
            "text": text,
        }
        for number, (title, text) in enumerate(
            [
                ("Ferry strikes pier", "14 people were injured when the ferry struck the pier on 3 March."),
                ("Library opens", "The new library opens on 9 May, with room for 40,000 books."),
                ("Loan approved", "The council approved a loan of £1.9 million for the pier."),
            ]
        )
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    return file
