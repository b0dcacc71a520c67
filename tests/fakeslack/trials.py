"""Trials of a bot over the fake Slack, in any length: quick in tests, long in `tests/benchmarks/slack.py`."""

import itertools
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
class Latencies:
    """Seconds from a question to its finished answer, sorted; and those of the acknowledgements."""

    answers: list[float]
    acks: list[float]
    told_their_place: int

    def of(self, share: float) -> float:
        """The time within which this share was answered."""
        return self.answers[min(len(self.answers) - 1, int(len(self.answers) * share))]

    @property
    def ack_p99(self) -> float:
        """The 99th percentile of the acknowledgements."""
        return self.acks[max(0, int(len(self.acks) * 0.99) - 1)]


def crowd(slack: FakeSlack, people: int, channels: int) -> list[tuple[str, str]]:
    """People, each with one of the channels; they should be there before the bot starts."""
    users = [slack.state.person(f"U2{number:05}") for number in range(people)]
    rooms = [f"C2{number:05}" for number in range(channels)]
    for number, room in enumerate(rooms):
        slack.state.channel(room, *users[number::channels])
    return [(user, rooms[number % channels]) for number, user in enumerate(users)]


def rush(
    slack: FakeSlack, askers: list[tuple[str, str]], every: float = 0.0, seconds: float = 600
) -> Latencies:
    """Everybody asks once, at once or one `every` so many seconds. Each must be answered exactly once."""
    seen, began = len(slack.acks), time.monotonic()
    asked = []
    for number, (user, channel) in enumerate(askers):
        time.sleep(max(0.0, began + number * every - time.monotonic()))
        asked.append((channel, slack.mention(user, channel, QUESTION, twin="")))
    end = time.monotonic() + seconds
    for channel, ts in asked:
        slack.answers(channel, ts, seconds=max(1.0, end - time.monotonic()))
    slack.quiet(1.0)
    replies = [slack.state.replies(channel, ts) for channel, ts in asked]
    assert [len(found) for found in replies] == [1] * len(asked)
    told = sum(1 for m in slack.state.whispers() if "before yours" in m.shown())
    took = [found[0].finished - float(ts) for found, (_, ts) in zip(replies, asked, strict=True)]
    return Latencies(sorted(took), sorted(ack.seconds for ack in slack.acks[seen:]), told)


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


def answers(
    slack: FakeSlack, bot: Bot, askers: list[tuple[str, str]], count: int, at_once: int = 20
) -> list[Footprint]:
    """Ask `count` questions and look at the process ten times; the fake forgets what is done."""
    slack.state.remember_calls = False
    seen: list[Footprint] = []
    turns = itertools.cycle(askers)
    for done in range(at_once, count + at_once, at_once):
        asked = [
            (channel, slack.mention(user, channel, f"{QUESTION} ({done})", twin=""))
            for user, channel in itertools.islice(turns, at_once)
        ]
        for channel, ts in asked:
            slack.answers(channel, ts, seconds=300)
        slack.state.messages.clear()
        slack.state.ephemerals.clear()
        slack.state.statuses.clear()
        slack.state.sessions.clear()
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
