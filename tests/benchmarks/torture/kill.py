"""kill -9: whatever is being written, readers see one whole state or the next, and the next run converges.

Even seeds kill at a random moment. Odd ones kill right before or after a step that touches the disk (a
commit, a rename, an fsync, a copy or a call of Chroma's): the seed says which.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from index.backup import staged, write_backup
from index.store import Index
from ingest.pipeline import rebuild
from tests.benchmarks.torture.campaign import Campaign
from tests.benchmarks.torture.records import apart, made, made_up, publish, texts
from tests.conftest import WordEmbedder

_ARTICLES, _OPERATIONS, _LONGEST = 30, 6, 1.0
_STEPS = (
    "os.fsync", "shutil.copytree", "index.vectors.directory.create_collection",
    "index.vectors.directory.add_entries", "index.vectors.directory.write_manifest",
    "index.vectors.directory.shutil.rmtree", "index.catalog.transaction.WriteTransaction.set_meta",
    "index.catalog.transaction.WriteTransaction.name_generation",
    "index.catalog.transaction.WriteTransaction.add_embeddings",
    "index.catalog.transaction.WriteTransaction.put", "index.backup._copy", "index.backup._settle",
    "pathlib.Path.replace",
)  # fmt: skip


def operate(home: Path, room: Path, chance: random.Random, note: Callable[[dict[str, str]], None]) -> None:
    """Change the record again and again; `note` is told what it will hold, before each change."""
    with Index(home, WordEmbedder()) as index:
        held = texts(index)
        for number in range(_OPERATIONS):
            what = chance.choice(["change", "change", "change", "rebuild", "backup", "restore"])
            if what == "change":
                version = chance.randrange(1, 10**6)
                puts = {f"a{n}": made_up(n, version, chance) for n in chance.sample(range(_ARTICLES * 2), 9)}
                gone = frozenset(chance.sample(sorted(held.keys() - puts.keys()), 4))
                held = {id_: text for id_, text in held.items() if id_ not in gone}
                held |= {id_: article.text for id_, article in puts.items()}
                note(held)
                publish(index, puts, gone)
            elif what == "rebuild":
                rebuild(index)
            else:
                with (room / f"{number}.backup").open("w+b") as file:
                    write_backup(home, file, room, "now")
                    file.seek(0)
                    if what == "restore":
                        with staged(room / f"restored{number}", file) as (staging, _):
                            _rebuilt(staging)


def _rebuilt(home: Path) -> None:
    with Index(home, WordEmbedder()) as index:
        rebuild(index)


@contextmanager
def killed_at(step: int) -> Iterator[list[int]]:
    """Kill this process right before (even) or after (odd) its `step // 2`-th step; counts them meanwhile."""
    count = [0]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            here = count[0]
            count[0] += 1
            if step == 2 * here:
                os.kill(os.getpid(), signal.SIGKILL)
            made = real(*given, **named)
            if step == 2 * here + 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        return call

    patches = []
    for name in _STEPS:
        patcher = patch(name)
        real, _ = patcher.get_original()
        patcher = patch(name, wrapped(real))
        patcher.start()
        patches.append(patcher)
    try:
        yield count
    finally:
        for patcher in patches:
            patcher.stop()


def trial(seed: int, room: Path) -> Sequence[str]:
    """Kill one writer; look, write again, look again."""
    chance = random.Random(seed)
    home, notes = room / "record", room / "notes"
    apart(lambda: made(home, _ARTICLES, chance), room / "said")
    _, before = apart(lambda: _held(home), room / "said")
    child = os.fork()
    if not child:
        _write(home, room, seed, notes)
    if seed % 2 == 0:
        time.sleep(chance.uniform(0.0, _LONGEST))
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    noted = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    allowed = [before, *noted][-2:]
    found = []
    ended, held = apart(lambda: _held(home), room / "said")
    if ended or held not in allowed:
        found.append(f"after the kill the record holds neither what was nor what was to be ({ended})")
    ended, problems = apart(lambda: _problems(home), room / "said")
    if ended or problems != "[]":
        found.append(f"after the kill verify says {problems[-300:]}")
    ended, said = apart(lambda: _again(home), room / "said")
    if ended or said != "[]":
        found.append(f"the next run ends with {ended}: {said[-300:]}")
    for restored in room.glob("restored*"):
        ended, problems = apart(lambda restored=restored: _whole(restored), room / "said")
        if ended or problems != "[]":
            found.append(f"what was restored is there in part: {problems[-300:]}")
    return found


def _write(home: Path, room: Path, seed: int, notes: Path) -> None:
    chance = random.Random(seed)

    def note(held: dict[str, str]) -> None:
        with notes.open("a", encoding="utf-8") as file:
            file.write(f"{sorted(held.items())}\n")

    try:
        with killed_at(chance.randrange(400) if seed % 2 else -1):
            operate(home, room, chance, note)
    finally:
        os._exit(0)


def _held(home: Path) -> str:
    with Index(home, WordEmbedder()) as index:
        return str(sorted(texts(index).items()))


def _problems(home: Path) -> list[str]:
    with Index(home, WordEmbedder()) as index:
        return index.verify()


def _whole(home: Path) -> list[str]:
    return _problems(home) if Index.exists(home) else []


def _again(home: Path) -> list[str]:
    with Index(home, WordEmbedder()) as index:
        publish(index, {f"a{n}": made_up(n, 7, random.Random(n)) for n in range(_ARTICLES)})
        wrong = [one for one in texts(index).items() if "version" not in one[1]]
        if len(list((home / "vectors").iterdir())) > 2:
            wrong.append(("vectors", "leftovers of the killed run stay"))
        return [*map(str, wrong), *index.verify()]


CAMPAIGN = Campaign(
    "kill",
    "kill -9 loses and tears nothing",
    "0 lost, torn, doubled or wrong; the next run converges",
    400,
    trial,
)
