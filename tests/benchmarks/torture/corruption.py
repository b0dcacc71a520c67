"""Corruption: whatever happens to a file, nobody is shown what was not stored; it is noticed and mended."""

import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from index.errors import RecordError
from index.store import Index
from ingest.pipeline import rebuild
from tests.benchmarks.torture.campaign import Campaign
from tests.benchmarks.torture.records import answers, apart, made, made_up, publish, was_told
from tests.conftest import WordEmbedder

WAYS = ("truncate", "flip", "overwrite", "remove", "older")
_FIRST, _MANY = 40, 1_200
# Of the names of generations and of Chroma's folders.
_BY_CHANCE = re.compile(r"(?<=\d{8})-[0-9a-f]{8}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def damage(path: Path, way: str, older: Path, chance: random.Random) -> bool:
    """Damage a file; False where that changes nothing."""
    before = path.read_bytes()
    if way == "remove":
        path.unlink()
        return True
    if way == "older":
        if not older.is_file() or older.read_bytes() == before:
            return False
        shutil.copy(older, path)
        return True
    if not before:
        return False
    data = bytearray(before)
    place = chance.randrange(len(data))
    if way == "truncate":
        data = data[:place]
    elif way == "flip":
        data[place] ^= 1 << chance.randrange(8)
    else:
        data[place : place + 64] = chance.randbytes(min(64, len(data) - place))
    path.write_bytes(data)
    return bytes(data) != before


def trial(seed: int, room: Path) -> Sequence[str]:
    """Damage one file of a record in one way; ask, verify, rebuild, ask again."""
    chance = random.Random(seed)
    home, older = room / "record", room / "older"
    many = seed % 4 == 3
    apart(lambda: made(home, _MANY if many else _FIRST, chance), room / "said")
    shutil.copytree(home, older)

    def refresh() -> None:
        with Index(home, WordEmbedder()) as index:
            publish(index, {f"a{n}": made_up(n, 1, random.Random(seed)) for n in range(12)})

    apart(refresh, room / "said")
    twin = room / "twin"
    shutil.copytree(home, twin)
    _, whole = apart(lambda: answers(home), room / "said")
    _, current = apart(lambda: _current(home), room / "said")
    files = sorted((path for path in home.rglob("*") if path.is_file() and path.stat().st_size), key=_named)
    path, way = files[seed // len(WAYS) % len(files)], WAYS[seed % len(WAYS)]
    if not damage(path, way, older / path.relative_to(home), chance):
        return []
    # An older catalog, whole by itself, is an older record.
    catalog = path.name.startswith("catalog")
    asking = apart(lambda: answers(home), room / "said")
    verifying = apart(lambda: _verify(home), room / "said")
    found = [
        *_ended("asking", asking, "" if catalog and way == "older" else whole),
        *_ended("verify", verifying),
    ]
    # What is not read may change unnoticed: free pages of a database, vectors that are asked no more, and
    # graphs of less than a thousand vectors, of which Chroma reads the database alone.
    graph = many and path.parent.parent.name == current
    read = graph or (path.parent.name == current and path.suffix == ".json")
    if verifying == (0, "[]") and (asking[0] or read):
        found.append("verify did not name it")
    rebuilding = apart(lambda: _rebuilt(home), room / "said")
    found += _ended("rebuild", rebuilding)
    if not catalog and (rebuilding[0] or rebuilding != apart(lambda: _rebuilt(twin), room / "said")):
        found.append(f"rebuild did not restore the answers: {rebuilding[1][-200:]}")
    return [f"{path.name} ({way}): {one}" for one in found]


def _ended(what: str, ended: tuple[int, str], wanted: str = "") -> list[str]:
    """What is wrong with how a process ended; where it ended well, with what it found."""
    code, said = ended
    if code < 0:
        return [f"{what} crashed with signal {-code}"]
    if code and not was_told(code):
        return [f"{what} ended in a traceback: {said.splitlines()[-1][:160]}"]
    return [f"{what} gave other answers in silence"] if not code and wanted and said != wanted else []


def _named(path: Path) -> str:
    """A path without what is drawn by chance in it, so that a seed means the same file every time."""
    return _BY_CHANCE.sub("", str(path))


def _current(home: Path) -> str:
    """The directory of the vectors that are asked."""
    with Index(home) as index, index.catalog.read() as snapshot:
        return snapshot.head().vectors


def _verify(home: Path) -> list[str]:
    with Index(home, WordEmbedder()) as index:
        return index.verify()


def _rebuilt(home: Path) -> str:
    with Index(home, WordEmbedder()) as index:
        rebuild(index)
        problems = index.verify()
    if problems:
        raise RecordError("; ".join(problems))
    return answers(home)


CAMPAIGN = Campaign(
    "corruption",
    "corruption is noticed",
    "0 other answers in silence, 0 crashes; verify names it, rebuild restores the answers",
    300,
    trial,
)
