"""One collection against several on one Chroma server: filling, searching, and what is found.

    python -m tests.benchmarks.shards RECORD [--chunks 100000] [--shards 16]

The vectors are those of RECORD (a folder of `onrecord ingest`) as often as it takes, turned by noise to a
cosine of .8 with the real ones. Questions are put in turns, so that a busy machine slows both.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from time import perf_counter

import numpy as np

from index.catalog.snapshot import Entry
from index.embedding.types import Vectors
from index.store import Index
from index.vectors.server import ServerGeneration, ServerGenerations
from index.vectors.shards import count_shards, names_of
from tests.benchmarks.growth_data import real_articles
from tests.benchmarks.table import row
from tests.index.vectors.chroma_server import ChromaServer

_BATCH, _K, _NOISE = 1000, 60, 0.75


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("record", type=Path)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=16)
    parser.add_argument("--questions", type=int, default=200)
    chosen = parser.parse_args()
    with Index(chosen.record) as index:
        real = np.concatenate([article.vectors for article in real_articles(index)])
    vectors = np.concatenate(list(_turned(real, chosen.chunks)))
    asked = next(_turned(real[:: max(1, len(real) // chosen.questions)], chosen.questions))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        server = ChromaServer(Path(folder) / "data")
        try:
            _measure(server, home, vectors, asked, chosen.shards)
        finally:
            server.stop()


def _measure(server: ChromaServer, home: Path, vectors: Vectors, asked: Vectors, shards: int) -> None:
    opened, filled = [], []
    for count in (1, shards):
        generations = ServerGenerations(replace(server.server, most=_most(len(vectors), count)), home)
        begun = perf_counter()
        name = generations.build("", [], _entries(vectors), 1, len(vectors))
        assert len(names_of(name)) == count
        filled.append(perf_counter() - begun)
        opened.append(generations.open(name))
    several = f"{shards} collections"
    print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|")
    print(row(f"filling {several} with {len(vectors):,} vectors, s", filled[1:], "one", filled[:1], ""))
    for one in opened:
        list(_times(one, asked[:20]))
    times: list[list[float]] = [[], []]
    for question in asked:
        for place, one in enumerate(opened):
            times[place].extend(_times(one, question[None]))
    print(row(f"searching {several}, ms", times[1], "one", times[0], ""))
    found = [mean(_recalls(one, vectors, asked)) for one in opened]
    print(row(f"recall of the {_K} nearest, {several}", found[1:], "one", found[:1], ""))
    for one in opened:
        one.close()
    print(f"{len(asked)} questions; medians, and in brackets the least and the most.", file=sys.stderr)


def _most(total: int, count: int) -> int:
    """A size of collections that makes so many of them."""
    most = total // count
    while count_shards(total, most) > count:
        most += 1 + most // 100
    return most


def _entries(vectors: Vectors) -> Iterator[list[Entry]]:
    for start in range(0, len(vectors), _BATCH):
        part = vectors[start : start + _BATCH]
        yield [Entry(f"chunk-{start + n}", vector) for n, vector in enumerate(part)]


def _turned(real: Vectors, wanted: int) -> Iterator[Vectors]:
    """Copies of real vectors, `wanted` in all, each turned by noise."""
    random = np.random.default_rng(7)
    while wanted > 0:
        part = real[:wanted]
        noise = random.standard_normal(part.shape).astype(np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        turned = part + _NOISE * noise
        yield (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
        wanted -= len(part)


def _times(generation: ServerGeneration, questions: Sequence[Vectors] | Vectors) -> Iterator[float]:
    for question in questions:
        begun = perf_counter()
        generation.query(question, _K)
        yield 1000 * (perf_counter() - begun)


def _recalls(generation: ServerGeneration, vectors: Vectors, questions: Vectors) -> Iterator[float]:
    for question in questions:
        nearest = np.argpartition(-(vectors @ question), _K)[:_K]
        found = {int(id_.removeprefix("chunk-")) for id_, _ in generation.query(question, _K)}
        yield len(found & set(nearest.tolist())) / _K


if __name__ == "__main__":
    main()
