"""A poisoned collection: five planted articles against each of 100 questions among 1,500 honest ones.

Needs the real data (`ONRECORD_BENCH_DATA`), and takes an hour. The honest record is kept in `.bench`, as by
the other benchmarks. `ONRECORD_BENCH_QUESTIONS` asks fewer questions.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.types import Answer
from index.store import Index
from tests.benchmarks.data import Question, folder, news
from tests.benchmarks.poison import KINDS, answers, count, is_right, poisoned
from tests.benchmarks.search_quality import record
from tests.benchmarks.torture.campaign import Campaign, Impossible

ROOT = Path(__file__).parents[3]
_QUESTIONS, _PLANTED = int(os.environ.get("ONRECORD_BENCH_QUESTIONS", "100")), 5
_STAY = 9 / 11


def trial(seed: int, room: Path) -> Sequence[str]:
    """Plant in one way, and ask what was answered rightly before; the seed says which way."""
    if not os.environ.get("ONRECORD_BENCH_DATA"):
        raise Impossible("ONRECORD_BENCH_DATA names no folder of evaluation data")
    kind = KINDS[seed % len(KINDS)]
    honest, kept, before = _honest()
    was, now = count(kept, before), count(kept, poisoned(kind, honest, kept, _PLANTED, room))
    print(
        f"poison: {kind}: of {len(kept)} right answers to {_QUESTIONS} questions {now['right']} stay right "
        f"({now['right first']} of {was['right first']} first); {now['only planted']} show planted articles "
        f"only, {now['silent']} are refused",
        flush=True,
    )
    few = [f"{now['right']} of {len(kept)} stay right"] if now["right"] < _STAY * len(kept) else []
    lent = now["lent"]
    return [*few, *([f"{lent} outlets stand under what they did not print"] if lent else [])]


@cache
def _honest() -> tuple[Index, list[Question], list[Answer]]:
    """The honest record, the questions that it answers rightly, and its answers."""
    file, questions = news(folder())
    index = record(ROOT / ".bench" / "news", [str(file)])
    asked = questions[:_QUESTIONS]
    given = [
        (q, answer) for q, answer in zip(asked, answers(index, asked), strict=True) if is_right(q, answer)
    ]
    return index, [q for q, _ in given], [answer for _, answer in given]


CAMPAIGN = Campaign(
    "poison",
    "a poisoned collection: five planted against each of 100 questions, as title, claim, altered copy",
    "9 of 11 that were right stay right; no outlet under what it did not print",
    len(KINDS),
    trial,
)
