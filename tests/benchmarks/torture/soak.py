"""Refreshes while people ask, for long: nothing fails, nothing old is quoted, nothing grows."""

import os
import random
import threading
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from index.store import Index
from index.types import Query
from tests.benchmarks.torture.campaign import Campaign
from tests.benchmarks.torture.records import QUESTIONS, apart, made, made_up, publish, texts
from tests.conftest import WordEmbedder

_QUESTIONS, _REFRESHES, _ASKERS = 10_000, 1_000, 8
_GROWTH = 0.05
# Descriptors, or threads, that one more generation holds while searches of two are under way.
_OF_A_GENERATION = 10


def trial(seed: int, room: Path) -> Sequence[str]:
    """As many questions and refreshes as `make torture` wants."""
    return soak(seed, room, _QUESTIONS, _REFRESHES)


def soak(seed: int, room: Path, questions: int, refreshes: int) -> Sequence[str]:
    """Ask so often from several threads, beside so many refreshes by another process; what went wrong."""
    home = room / "record"
    apart(lambda: made(home, 60, random.Random(seed)), room / "said")
    writer = os.fork()
    if not writer:
        code = 1
        try:
            _refresh(home, seed, refreshes)
            code = 0
        finally:
            os._exit(code)
    ended, said = apart(lambda: _ask(home, questions), room / "said")
    _, status = os.waitpid(writer, 0)
    found = said.splitlines() if ended or said else []
    return [*found, *(["the writer failed"] if os.waitstatus_to_exitcode(status) else [])]


def _refresh(home: Path, seed: int, refreshes: int) -> None:
    chance = random.Random(seed)
    with Index(home, WordEmbedder()) as index:
        for version in range(1, refreshes + 1):
            publish(index, {f"a{n}": made_up(n, version, chance) for n in chance.sample(range(60), 6)})


def _ask(home: Path, questions: int) -> str:
    failures: list[str] = []
    sizes: list[tuple[int, int, int]] = []
    with Index(home, WordEmbedder()) as index:

        def asking(asker: int) -> None:
            try:
                for number in range(questions // _ASKERS):
                    failures.extend(_outdated(index, QUESTIONS[(number + asker) % len(QUESTIONS)]))
                    if not asker and number % max(1, questions // _ASKERS // 50) == 0:
                        sizes.append(_size())
            except Exception as error:  # noqa: BLE001 (counted, and told)
                failures.append(f"{type(error).__name__}: {error}")

        askers = [threading.Thread(target=asking, args=(number,)) for number in range(_ASKERS)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
    return "\n".join(dict.fromkeys([*failures, *_grown(sizes)]))


def _outdated(index: Index, question: str) -> Sequence[str]:
    """What a search quotes that was on record neither before nor after it, nor in a refresh in between."""
    before = texts(index)
    passages = index.search(Query(question), k=5)
    after = texts(index)
    found = [passage.article for passage in passages]
    return [
        f"{one.id} was quoted as it was not" for one in found if before[one.id] == after[one.id] != one.text
    ]


def _grown(sizes: Sequence[tuple[int, int, int]]) -> Sequence[str]:
    """What grew of memory, descriptors and threads.

    Two generations are open for a moment with each refresh, so the median of the second quarter is compared
    with that of the last; the first is for warming up.
    """
    quarter = len(sizes) // 4
    if not quarter:
        return []
    quarters = [sizes[start * quarter : (start + 1) * quarter] for start in range(4)]
    medians = [[median(column) for column in zip(*part, strict=True)] for part in quarters]
    most = [max(column) for column in zip(*sizes, strict=True)]
    found = []
    for place, name in enumerate(("bytes of memory", "descriptors", "threads")):
        by_quarter = [round(part[place]) for part in medians]
        print(f"soak: {name} by quarter {by_quarter}, at most {most[place]:,}", flush=True)
        more = by_quarter[1] * _GROWTH if name.endswith("memory") else _OF_A_GENERATION
        if by_quarter[3] > by_quarter[1] + more:
            found.append(f"{name} grew from {by_quarter[1]:,} to {by_quarter[3]:,}")
    return found


def _size() -> tuple[int, int, int]:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    held = Path("/proc/self/fd"), Path("/proc/self/task")
    files, threads = (len(list(folder.iterdir())) for folder in held)
    return pages * os.sysconf("SC_PAGE_SIZE"), files, threads


CAMPAIGN = Campaign(
    "soak",
    "refreshes while 8 ask: 10,000 questions beside 1,000 refreshes",
    "0 errors, nothing old quoted; memory within 5 % after warm-up, descriptors and threads constant",
    1,
    trial,
)
