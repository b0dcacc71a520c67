"""What a kill of PostgreSQL, of a Chroma server or of a writer leaves, while one writes and another asks.

    python -m tests.benchmarks.server_kills postgresql [--trials 40] [--seed 0]
    python -m tests.benchmarks.server_kills chroma [--trials 40] [--seed 0]

A writer publishes the same articles over and over, each time with the number of the round in all of them.
Whoever reads must see one round, whole, and none that is older than the last that was told; what cannot be
done is told in a sentence. Trials are made alike by their numbers, from --seed on.
"""

import argparse
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from index.catalog.location import RecordLocation
from index.errors import OnRecordError
from index.postgresql.connection import close_pools
from index.store import Index
from index.types import Query
from index.vectors.connection import Server as VectorServer
from tests.conftest import WordEmbedder, article, put
from tests.index.vectors.chroma_server import ChromaServer
from tests.postgresql import Server, new_database, running

_ARTICLES = 12
_PATIENCE = 60.0
_ROUNDS = """
import pickle, sys, time
from index.errors import OnRecordError
from index.store import Index
from index.vectors.server import ServerGenerations
from tests.conftest import WordEmbedder, article, put
where, vectors = pickle.load(sys.stdin.buffer)
# Each round makes its own vectors on the server, which otherwise so few articles would not.
ServerGenerations.needs_new_generation = lambda *_: True
with Index(where, WordEmbedder(), server=vectors) as index:
    print("ready", flush=True)
    for number in range(1, 1000):
        while True:
            try:
                put(index, *(article(f"a{i}", f"Account {i} of round {number}.") for i in range(12)))
                break
            except OnRecordError as error:
                print("told", error, flush=True)
                time.sleep(0.1)
        print(number, flush=True)
"""


def main() -> int:
    """Print what was lost, torn or false."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["postgresql", "chroma"])
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    trials = range(chosen.seed, chosen.seed + chosen.trials)
    with tempfile.TemporaryDirectory() as folder, running() as server:
        if server is None:
            print("There is no PostgreSQL here.")
            return 1
        if chosen.what == "postgresql":
            return _kill_postgresql(server, Path(folder), trials)
        return _kill_chroma(server, Path(folder), trials)


@contextmanager
def python(code: str, *given: object) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that runs `code`, which finds what it is given on its standard input, pickled."""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # It is killed, or its server is, and says so.
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(pickle.dumps(given))
            process.stdin.close()
            yield process
        finally:
            process.kill()


def _kill_postgresql(server: Server, room: Path, trials: range) -> int:
    """Kill the writer, or the whole of PostgreSQL, while it publishes."""
    lost = torn = 0
    for trial in trials:
        dice = random.Random(trial)
        where = RecordLocation(room / f"record-{trial}", new_database(server))
        _first_round(where, None)
        with python(_ROUNDS, where, None) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(dice.uniform(0.05, 2.0))
            if trial % 2:
                close_pools()
                server.kill()
                time.sleep(dice.uniform(0, 0.5))
            writer.kill()
            published = max([0, *(int(line) for line in writer.stdout if line.strip().isdigit())])
        if trial % 2:
            server.start()
        with Index(where, WordEmbedder()) as index:
            rounds = _rounds(index)
            torn += len(rounds) != 1
            lost += not rounds or max(rounds) < published
            torn += bool(_verified(index))
            put(index, *(article(f"a{i}", f"Account {i} of round 9999.") for i in range(_ARTICLES)))
            torn += _rounds(index) != {9999} or bool(_verified(index))
        close_pools()
    print(f"{len(trials)} kills, of the writer and of PostgreSQL in turns: {lost} lost, {torn} torn")
    return bool(lost or torn)


def _kill_chroma(server: Server, room: Path, trials: range) -> int:
    """Kill Chroma's server up to three times in each trial; the catalog is a file and a database in turns."""
    chroma = ChromaServer(room / "chroma")
    wrong: list[str] = []
    total: Counter[str] = Counter()
    try:
        for trial in trials:
            where = RecordLocation(room / f"record-{trial}", new_database(server) if trial % 2 else None)
            found = _Watch(where, chroma.server).through(chroma, random.Random(trial))
            total.update(found.counts)
            wrong += [f"trial {trial}: {one}" for one in found.wrong]
            close_pools()
    finally:
        chroma.stop()
    print("\n".join(wrong))
    counts = ", ".join(f"{name}: {count:,}" for name, count in sorted(total.items()))
    print(f"{len(trials)} trials, {counts}; lost, torn or false: {len(wrong)}")
    return bool(wrong)


class _Watch:
    """A writer in a process of its own, and somebody who asks all the time."""

    def __init__(self, where: RecordLocation, vectors: VectorServer) -> None:
        self._where = where
        self._vectors = vectors
        self._published = 0
        self._over = Event()
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()

    def through(self, chroma: ChromaServer, dice: random.Random) -> "_Watch":
        """Write and ask while the server is killed and started again, and look at what is left."""
        _first_round(self._where, self._vectors)
        asking = Thread(target=self._ask)
        with python(_ROUNDS, self._where, self._vectors) as writer:
            hearing = Thread(target=self._hear, args=(writer,))
            hearing.start()
            asking.start()
            self._wait_for(2)
            for _ in range(dice.choice((1, 2, 3))):
                time.sleep(dice.uniform(0, 1.5))
                chroma.stop()
                time.sleep(dice.uniform(0, 1.5))
                chroma.start()
                self.counts["kills"] += 1
            # It must go on by itself, with the server that was started again.
            self._wait_for(self._published + 2)
            writer.kill()
            hearing.join()
        self._over.set()
        asking.join()
        with Index(self._where, WordEmbedder(), server=self._vectors) as index:
            self._judge(_rounds(index), self._published)
            self.wrong += _verified(index)
        return self

    def _wait_for(self, number: int) -> None:
        end = time.monotonic() + _PATIENCE
        while self._published < number:
            if time.monotonic() > end:
                self.wrong.append(f"round {number} was not published within {_PATIENCE:.0f} s")
                return
            time.sleep(0.02)

    def _hear(self, writer: "subprocess.Popen[bytes]") -> None:
        assert writer.stdout is not None
        for line in writer.stdout:
            said = line.decode().strip()
            if said.isdigit():
                self._published = int(said)
                self.counts["rounds"] += 1
            elif said != "ready":
                self._told("the writer was told", said)

    def _ask(self) -> None:
        with Index(self._where, WordEmbedder(), server=self._vectors) as index:
            while not self._over.is_set():
                least = self._published
                try:
                    self._judge(_found(index), least)
                    self.counts["answers"] += 1
                except OnRecordError as error:
                    self._told("the reader was told", str(error))
                    time.sleep(0.05)
                except Exception as error:  # noqa: BLE001 (what it is about)
                    self.wrong.append(f"{type(error).__name__}: {error}")

    def _told(self, what: str, said: str) -> None:
        self.counts[what] += 1
        if not said.endswith(("try again.", "is whole.")):
            self.wrong.append(f"no remedy: {said}")

    def _judge(self, rounds: set[int], least: int) -> None:
        if len(rounds) != 1 or min(rounds) < least:
            self.wrong.append(f"rounds {rounds} where {least} was published")


def _first_round(where: RecordLocation, vectors: VectorServer | None) -> None:
    Index.create(where)
    with Index(where, WordEmbedder(), server=vectors) as index:
        put(index, *(article(f"a{i}", f"Account {i} of round 0.") for i in range(_ARTICLES)))


def _rounds(index: Index) -> set[int]:
    """The rounds that are stored or found, while nobody writes."""
    with index.catalog.read() as snapshot:
        return _found(index) | {_round_of(one.text) for one in snapshot.articles()}


def _found(index: Index) -> set[int]:
    """The rounds that a search finds; none where it misses an article."""
    passages = index.search(Query("account of round"), k=_ARTICLES)
    whole = len({passage.article.id for passage in passages}) == _ARTICLES
    return {_round_of(passage.text) for passage in passages} if whole else set()


def _round_of(text: str) -> int:
    return int(text.rsplit(" ", 1)[1][:-1])


def _verified(index: Index) -> list[str]:
    try:
        return index.verify()
    except OnRecordError as error:
        return [str(error)]


if __name__ == "__main__":
    sys.exit(main())
