"""Refreshes while people ask: nobody fails, sees what is gone, or waits for what is new.

Eight askers, each in a process of its own, open the record for every question, as `onrecord ask` does; one
more keeps it open all the time, as a bot does. First nobody writes, then one process refreshes again and
again. Every process notes when it did what; the notes are compared at the end.
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from index.store import Index
from index.types import Query
from tests.benchmarks.torture.campaign import Campaign
from tests.benchmarks.torture.records import apart, made, made_up, publish
from tests.conftest import WordEmbedder

_SECONDS, _ASKERS, _ARTICLES = 600.0, 8, 200
# Of askers and writer, so that what is measured is the record and not a queue for the processor.
_ASKS_EVERY, _WRITES_EVERY = 0.5, 1.0
_SEEN_WITHIN, _SLOWER = 2.0, 2.0


@dataclass(frozen=True)
class Asked:
    """A question: when, how long it took, and what was quoted, by id."""

    at: float
    took: float
    quoted: dict[str, str]
    error: str = ""


def trial(seed: int, room: Path) -> Sequence[str]:
    """Ten minutes of it."""
    return refreshing(seed, room, _SECONDS, _ASKERS, _SLOWER)


def refreshing(seed: int, room: Path, seconds: float, askers: int, slower: float) -> Sequence[str]:
    """Ask for half as long without a writer, then for `seconds` beside one; what went wrong.

    The 95th percentile may be `slower` times that of before.
    """
    home = room / "record"
    apart(lambda: made(home, _ARTICLES, random.Random(seed)), room / "said")
    idle, _ = _phase(home, room / "idle", seed, seconds / 2, askers, writes=False)
    beside, written = _phase(home, room / "beside", seed, seconds, askers, writes=True)
    if not idle or not beside or not written:
        return ["an asker or the writer ended by itself"]
    was, now = _p95(idle), _p95(beside)
    print(
        f"refreshes: {len(beside):,} questions beside {len(written):,} refreshes; p95 {was * 1000:.0f} ms "
        f"idle, {now * 1000:.0f} ms beside them; {_late(beside, written, 0.0)} quotes of what a refresh had "
        "just replaced",
        flush=True,
    )
    failed = sorted({one.error for one in (*idle, *beside) if one.error})
    late = _late(beside, written, _SEEN_WITHIN)
    return [
        *failed,
        *([f"{late} quotes of what was replaced or removed {_SEEN_WITHIN:.0f} s before"] if late else []),
        *([f"p95 is {now / was:.1f} times that of before"] if now > slower * was else []),
    ]


def _phase(
    home: Path, notes: Path, seed: int, seconds: float, askers: int, *, writes: bool
) -> tuple[list[Asked], list[tuple[float, dict[str, str]]]]:
    """What was asked, and what was written: by which moment, and the texts by id, "" if removed."""
    notes.mkdir()
    end = time.monotonic() + seconds
    children = [
        _started(lambda n=n: _ask(home, notes / f"asked{n}", seed + n, end, stays=n == askers))
        for n in range(askers + 1)
    ]
    if writes:
        children.append(_started(lambda: _write(home, notes / "written", seed, end)))
    ended = [os.waitpid(child, 0)[1] for child in children]
    if any(ended):
        return [], []
    asked = [Asked(**json.loads(line)) for file in notes.glob("asked*") for line in _lines(file)]
    return asked, [(at, texts) for at, texts in map(json.loads, _lines(notes / "written"))]


def _started(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def _ask(home: Path, notes: Path, seed: int, end: float, *, stays: bool) -> None:
    chance = random.Random(seed)
    with Index(home, WordEmbedder()) if stays else nullcontext() as kept, notes.open("w") as file:
        while time.monotonic() < end:
            question, error, quoted = f"What does account {chance.randrange(_ARTICLES)} say?", "", {}
            began = time.monotonic()
            try:
                with nullcontext(kept) if kept else Index(home, WordEmbedder()) as index:
                    quoted = {one.article.id: one.article.text for one in index.search(Query(question), k=3)}
            except Exception as failure:  # noqa: BLE001 (counted, and told)
                error = f"{type(failure).__name__}: {failure}"
            took = time.monotonic() - began
            file.write(json.dumps({"at": began, "took": took, "quoted": quoted, "error": error}) + "\n")
            time.sleep(chance.uniform(0, 2 * _ASKS_EVERY))


def _write(home: Path, notes: Path, seed: int, end: float) -> None:
    chance, version = random.Random(seed), 0
    with Index(home, WordEmbedder()) as index, notes.open("w") as file:
        while time.monotonic() < end:
            version += 1
            numbers = chance.sample(range(_ARTICLES), 8)
            puts = {f"a{n}": made_up(n, version, chance) for n in numbers[:6]}
            gone = frozenset(f"a{n}" for n in numbers[6:])
            publish(index, puts, gone)
            texts = {id_: one.text for id_, one in puts.items()} | dict.fromkeys(gone, "")
            file.write(json.dumps([time.monotonic(), texts]) + "\n")
            time.sleep(chance.uniform(0, 2 * _WRITES_EVERY))


def _late(asked: Iterable[Asked], written: Sequence[tuple[float, dict[str, str]]], within: float) -> int:
    """Quotes that a refresh had replaced or removed more than `within` seconds before the question."""
    versions: dict[str, list[tuple[float, str]]] = {}
    for at, texts in written:
        for id_, text in texts.items():
            versions.setdefault(id_, []).append((at, text))

    def is_late(id_: str, quoted: str, asked_at: float) -> bool:
        before = [text for at, text in versions.get(id_, ()) if at <= asked_at - within]
        since = [text for at, text in versions.get(id_, ()) if at > asked_at - within]
        return bool(before) and quoted not in (before[-1], *since)

    return sum(is_late(id_, quoted, one.at) for one in asked for id_, quoted in one.quoted.items())


def _p95(asked: Sequence[Asked]) -> float:
    return sorted(one.took for one in asked)[int(len(asked) * 0.95)]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


CAMPAIGN = Campaign(
    "refreshes",
    "refresh while people ask: 10 minutes of it beside 8 askers in other processes and a long-running one",
    "0 errors; seen within 2 s; 0 quotes of deleted text; p95 at most twice idle",
    1,
    trial,
)
