"""kill -9: whatever is being written, readers see one whole state or the next, and the next run converges.

`kill` kills a writer of changes drawn by chance at a moment drawn by chance; every 20th has a record of
10,000 chunks. `faults` kills one that makes each kind of change at every step, in turn: the first trials
right before each of them, as many more right after it.
"""

import json
import os
import random
import shutil
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import Kind
from index.catalog.location import RecordLocation
from index.store import Index
from index.types import Query
from tests.benchmarks.torture.campaign import Campaign
from tests.benchmarks.torture.changes import ARTICLES, KEPT, KINDS, Changing, keep_answers, recall, restore
from tests.benchmarks.torture.records import apart, made, made_up, publish, texts
from tests.benchmarks.torture.stopping import killed_at
from tests.conftest import WordEmbedder, vectors_of

_MANY, _EVERY, _OPENING = 10_000, 20, 5.0
OPERATIONS, LONGEST = 8, 3.0
# The steps of `faults` differ by a few with how Chroma lays its files out.
_FAULTS = 310
_SCRIPT = ("refresh", "change", "recalls", "refresh", "rebuild", "restore", "change")
_KEPT = [f"a{number}" for number in range(KEPT)]


def trial(seed: int, room: Path) -> Sequence[str]:
    """Kill one writer at a moment; look, write again, look again."""
    chance = random.Random(seed)
    many = seed % _EVERY == _EVERY - 1
    _prepared(room, _MANY if many else ARTICLES)
    kinds = chance.choices(KINDS, weights=[3, 3, 1, 1, 1, 2], k=OPERATIONS)
    child = writer(room / "record", room, kinds, seed, nullcontext())
    time.sleep(chance.uniform(0.0, LONGEST))
    os.kill(child, signal.SIGKILL)
    return looked_at(room / "record", room, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def fault(seed: int, room: Path) -> Sequence[str]:
    """Kill one writer at a step; look, write again, look again."""
    steps = _steps(room.parent)
    if steps * 2 > _FAULTS:
        return [f"there are {steps} steps, and {_FAULTS} trials do not reach all of them"]
    _prepared(room, ARTICLES)
    after, step = divmod(seed % _FAULTS, steps)
    child = writer(room / "record", room, _SCRIPT, 0, killed_at(2 * step + after))
    return looked_at(room / "record", room, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


@cache
def _steps(parent: Path) -> int:
    """How many steps there are, by going through all of them once."""
    room = parent / "steps"
    room.mkdir()
    _prepared(room, ARTICLES)

    def count() -> int:
        with killed_at(-1) as counted, Index(room / "record", WordEmbedder()) as index:
            _go(index, room, _SCRIPT, 0)
            return counted[0]

    _, told = apart(count, room / "said")
    shutil.rmtree(room)
    return int(told)


def _prepared(room: Path, count: int) -> None:
    """A record of so many articles with kept answers; made once for all trials, and copied."""
    ready = room.parent / f"ready{count}"
    if not ready.exists():
        # An article has a chunk each.
        apart(lambda: made(ready, count, random.Random(count)), room / "said")
        apart(lambda: keep_answers(ready), room / "said")
    shutil.copytree(ready, room / "record")


def writer(
    where: Path | RecordLocation,
    room: Path,
    kinds: Sequence[str],
    seed: int,
    killing: AbstractContextManager[object],
) -> int:
    """Start a process that changes the record; its number. What it is about to do is noted in `room`."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        with killing, Index(where, WordEmbedder()) as index:
            _go(index, room, kinds, seed)
        code = 0
    except BaseException:  # noqa: BLE001 (whatever it is, the parent is told)
        (room / "failed").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


def _go(index: Index, room: Path, kinds: Sequence[str], seed: int) -> None:
    def note(held: object, at_once: bool) -> None:
        with (room / "notes").open("a", encoding="utf-8") as file:
            file.write(json.dumps([held, at_once]) + "\n")

    note(texts(index), True)
    changing = Changing(index, room, random.Random(seed), note)
    for kind in kinds:
        changing.do(kind)


def looked_at(where: Path | RecordLocation, room: Path, ended: int) -> list[str]:
    """What is wrong with what the killed process left."""
    said = room / "said"
    if ended not in (0, -signal.SIGKILL):
        return [f"the writer failed by itself: {(room / 'failed').read_text(encoding='utf-8')[-300:]}"]
    told = (room / "notes").read_text(encoding="utf-8").splitlines() if (room / "notes").exists() else []
    notes = [json.loads(line) for line in told]
    found = []
    for what, look in (
        ("after the kill", lambda: _state(where, notes) + _recalls(where, notes)),
        ("the next run", lambda: _again(where)),
        *((backup.name, _restored(backup, room)) for backup in room.glob("*.backup")),
        *((left.name, _left(left, room)) for left in room.glob("restored*")),
    ):  # fmt: skip
        code, problems = apart(look, said)
        if code or problems != "[]":
            found.append(f"{what}: {problems[-300:]} ({code})")
    return found


def _state(where: Path | RecordLocation, notes: Sequence[tuple[dict[str, str], bool]]) -> list[str]:
    with Index(where, WordEmbedder()) as index:
        index.search(Query("What does account 3 say?"))
        # Of the processor, in a process that did nothing else: what others do meanwhile does not count.
        took = time.process_time()
        found = [f"opening and asking took {took:.1f} s"] if took > _OPENING else []
        held, problems = texts(index), index.verify()
    before, (after, at_once) = (notes[-2:][0][0], notes[-1]) if notes else (held, (held, True))
    if at_once and held not in (before, after):
        found.append("the record holds neither what was nor what was to be")
    torn = [id_ for id_ in {*held, *before, *after} if held.get(id_) not in (before.get(id_), after.get(id_))]
    return [*found, *(f"{id_} is neither what it was nor what it was to be" for id_ in torn), *problems]


def _recalls(where: Path | RecordLocation, notes: Sequence[tuple[dict[str, str], bool]]) -> list[str]:
    """What was not found out of kept answers, and what was found out falsely."""
    recall(where)
    told = _told(where)
    with Index(where, WordEmbedder()) as index:
        held = texts(index)
    lost = [id_ for id_ in _KEPT if "version 0." not in held.get(id_, "") and id_ not in told]
    touched = {id_ for id_ in told if len({state.get(id_) for state, _ in notes}) > 1}
    return [
        *(f"nobody was told that {id_} changed" for id_ in lost),
        *(f"{id_} was told to be changed, and never was" for id_ in sorted(told - touched)),
    ]


def _told(where: Path | RecordLocation) -> set[str]:
    """The kept answers that somebody was told to hold no longer."""
    found = KeptAnswers(where).findings()
    return {kept.id for finding, kept in found if finding.kind in (Kind.CHANGED, Kind.GONE)}


def _again(where: Path | RecordLocation) -> list[str]:
    with Index(where, WordEmbedder()) as index:
        publish(index, {f"a{n}": made_up(n, 7, random.Random(n)) for n in range(ARTICLES)})
        held = texts(index)
        wrong = [f"a{n} was not put" for n in range(ARTICLES) if "version 7" not in held.get(f"a{n}", "")]
        if len(list(vectors_of(index).iterdir())) > 2:
            wrong.append("leftovers of the killed run stay")
        wrong += index.verify()
    recall(where)
    told = _told(where)
    return [*wrong, *(f"nobody was told that {id_} changed" for id_ in _KEPT if id_ not in told)]


def _restored(backup: Path, room: Path) -> Callable[[], list[str]]:
    """A backup that stands under its name is whole."""

    def look() -> list[str]:
        home = room / f"from-{backup.name}"
        restore(backup, home)
        return _problems(home)

    return look


def _left(home: Path, room: Path) -> Callable[[], list[str]]:
    """What a restore left is whole, or is no record and can be restored into."""

    def look() -> list[str]:
        if not Index.exists(home):
            restore(min(room.glob("*.backup")), home)
        return _problems(home)

    return look


def _problems(home: Path) -> list[str]:
    with Index(home, WordEmbedder()) as index:
        few = ["most articles are missing"] if len(texts(index)) < ARTICLES // 2 else []
        return [*few, *index.verify()]


_PROMISE = "kill -9 loses and tears nothing"
CAMPAIGN = Campaign(
    "kill",
    f"{_PROMISE}: at any moment of changes, prunes, rebuilds, backups, restores, recalls",
    "0 lost, torn, doubled or wrong; the next run converges; 10,000 chunks open in 5 s",
    200,
    trial,
)
FAULTS = Campaign(
    "faults",
    f"{_PROMISE}: before and after every commit, rename, fsync and call of Chroma",
    "0 lost, torn, doubled or wrong; the next run converges",
    _FAULTS,
    fault,
)
