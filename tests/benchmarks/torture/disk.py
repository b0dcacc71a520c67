"""Full and read-only disks, no descriptors, little memory: a sentence, answers, and whole afterwards.

Disks are small ones in memory (tmpfs), which takes root.
"""

import os
import random
import resource
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from index.store import Index
from tests.benchmarks.torture.campaign import Campaign, Impossible
from tests.benchmarks.torture.records import answers, apart, made, made_up, publish, was_told
from tests.conftest import WordEmbedder

WAYS = ("full", "read-only", "descriptors", "memory")
_MEGABYTES = 24


def trial(seed: int, room: Path) -> Sequence[str]:
    """Take something away, write and ask; give it back, look, and write again."""
    chance, way = random.Random(seed), WAYS[seed % len(WAYS)]
    disk = room / "disk"
    disk.mkdir()
    if os.geteuid() or _mount("-t", "tmpfs", "-o", f"size={_MEGABYTES}m", "tmpfs", str(disk)):
        raise Impossible("mounting a small disk takes root")
    try:
        return [f"{way}: {one}" for one in _tried(disk / "record", disk, room, way, chance)]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def _tried(home: Path, disk: Path, room: Path, way: str, chance: random.Random) -> list[str]:
    said = room / "said"
    apart(lambda: made(home, 40, chance), said)
    _, before = apart(lambda: answers(home), said)
    limited = _limit(way, chance)
    if way == "full":
        _fill(disk / "filled", chance.choice([0, 4_096, 65_536, 400_000, 1_200_000]))
    elif way == "read-only":
        _mount("-o", "remount,ro", str(disk))
    found = []
    ended, wrote = apart(lambda: limited(lambda: _change(home, chance)), said)
    if ended and not (was_told(ended) or _out_of_memory(way, ended)):
        found.append(f"writing ended with {ended}: {wrote[-300:]}")
    ended, told = apart(lambda: limited(lambda: answers(home)), said)
    if ended and not ((was_told(ended) and way in ("descriptors", "memory")) or _out_of_memory(way, ended)):
        found.append(f"asking ended with {ended}: {told[-300:]}")
    _mount("-o", "remount,rw", str(disk))
    (disk / "filled").unlink(missing_ok=True)
    _, after = apart(lambda: answers(home), said)
    if not ended and told not in (before, after):
        found.append("the answers were neither those of before nor those of after")
    for what in (lambda: _problems(home), lambda: [_change(home, chance), *_problems(home)][1:]):
        ended, told = apart(what, said)
        if ended or told != "[]":
            found.append(f"with all given back, {told[-300:]}")
    return found


def _out_of_memory(way: str, ended: int) -> bool:
    """Whether native code ended the process for want of memory: nobody can be told then."""
    return way == "memory" and ended < 0


def _limit(way: str, chance: random.Random) -> Callable[[Callable[[], object]], object]:
    def within(work: Callable[[], object]) -> object:
        if way == "descriptors":
            here = len(list(Path("/proc/self/fd").iterdir()))
            resource.setrlimit(resource.RLIMIT_NOFILE, (here + chance.randrange(1, 30),) * 2)
        elif way == "memory":
            held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (held + chance.randrange(20, 300) * 1_000_000,) * 2)
        return work()

    return within


def _change(home: Path, chance: random.Random) -> None:
    with Index(home, WordEmbedder()) as index:
        publish(index, {f"a{n}": made_up(n, chance.randrange(10**6), chance) for n in range(40)})


def _problems(home: Path) -> list[str]:
    with Index(home, WordEmbedder()) as index:
        return index.verify()


def _fill(file: Path, left: int) -> None:
    """Fill the disk that `file` is on but for `left` bytes."""
    with file.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(bytes(4_096))
        except OSError:
            opened.truncate(max(0, opened.tell() - left))


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode


CAMPAIGN = Campaign(
    "disk",
    "a full or read-only disk, no descriptors, little memory",
    "a sentence, or without memory an end; disks: questions answered; whole with room again",
    120,
    trial,
)
