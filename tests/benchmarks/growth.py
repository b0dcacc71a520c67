"""How time, memory and disk grow with the number of chunks: `make bench`, which draws a picture of it."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from index.embedding.embedder import Embedder, Vectors, load_embedder
from index.session import Batch, PreparedArticle
from index.store import Index
from index.types import Query
from tests.benchmarks.data import folder, news
from tests.benchmarks.growth_data import DAYS, FIRST_DAY, Real, copies, copy, real_articles
from tests.benchmarks.homes import made

_PUBLISH = 4096


class Given:
    """An embedder that was told every vector beforehand, and embeds questions as `model` does."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.key = model.key
        self.max_tokens = model.max_tokens
        self.count_tokens = model.count_tokens
        self.embed_query = model.embed_query
        self.known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        """The vectors of keys, forgotten with that."""
        return [self.known.pop(text) for text in texts]


def fill(home: Path, real: Sequence[Real], chunks: int, model: Embedder) -> None:
    """Make a record of so many chunks, by way of the session that ingestion uses."""
    given = Given(model)
    Index.create(home)
    with Index(home, given) as index, index.session() as session:  # type: ignore[arg-type]
        waiting: list[PreparedArticle] = []
        texts: list[str] = []

        def publish() -> None:
            session.embed(texts)
            session.publish(Batch(puts=tuple(waiting)))
            waiting.clear()
            texts.clear()

        for put, vectors in copies(real, chunks):
            given.known.update(zip(put.texts, vectors, strict=True))
            waiting.append(put)
            texts.extend(put.texts)
            if len(texts) >= _PUBLISH:
                publish()
        if texts:
            publish()
        session.tidy()


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size: seconds (medians, with all values), bytes on disk, bytes of memory."""

    chunks: int
    query: tuple[float, ...]
    embedding: tuple[float, ...]
    narrow: tuple[float, ...]
    wide: tuple[float, ...]
    refresh: tuple[float, ...]
    disk: int
    memory: int


def measure(home: Path, real: Sequence[Real], questions: Sequence[str], model: Embedder) -> Point:
    """Queries without a filter and with one that keeps 5 % or 50 %, and refreshes of ten changed articles."""
    given = Given(model)
    with Index(home, given) as index:  # type: ignore[arg-type]
        with index.catalog.read() as snapshot:
            chunks = snapshot.count()[1]

        def timed(share: float) -> tuple[float, ...]:
            since = FIRST_DAY + timedelta(days=round(DAYS * (1 - share))) if share < 1 else None
            # What a question needs of a large record is read from the disk by the first who asks.
            for question in questions:
                index.search(Query(question, since=since))
            return tuple(_seconds(lambda q=q: index.search(Query(q, since=since))) for q in questions)  # type: ignore[misc]

        query, narrow, wide = timed(1), timed(0.05), timed(0.5)
        embedding = tuple(_seconds(lambda q=q: model.embed_query(q)) for q in questions)  # type: ignore[misc]
        memory = _resident()
        refresh = tuple(_seconds(lambda n=n: _refresh(index, given, real, n)) for n in range(5))  # type: ignore[misc]
    disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return Point(chunks, query, embedding, narrow, wide, refresh, disk, memory)


def _refresh(index: Index, given: Given, real: Sequence[Real], number: int) -> None:
    """Change ten articles, to words that no earlier run gave them."""
    words = np.array([word for one in real[:50] for text in one.texts for word in text.split()], dtype=object)
    edition = time.time_ns()
    changed = []
    for place in range(10 * number, 10 * number + 10):
        put, vectors = copy(real[place], place, words, len(real[place].texts), edition)
        given.known.update(zip(put.texts, vectors, strict=True))
        changed.append(put)
    with index.session() as session:
        session.embed([text for put in changed for text in put.texts])
        session.publish(Batch(puts=tuple(changed)))
        session.tidy()


def _seconds(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    """Measure one size, in a process of its own so that memory is that size's, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, required=True, help="a record of the news collection")
    parser.add_argument("--home", type=Path, required=True, help="the record to measure; made if missing")
    parser.add_argument("--chunks", type=int, required=True)
    chosen = parser.parse_args()
    model = load_embedder()
    with Index(chosen.real) as index:
        real = real_articles(index)
    started = time.perf_counter()
    made(chosen.home, lambda home: fill(home, real, chosen.chunks, model))
    if (took := time.perf_counter() - started) > 1:
        print(f"Filled in {took:.0f} s.", file=sys.stderr)
    questions = [question.text for question in news(folder())[1]][::4]
    print(json.dumps(asdict(measure(chosen.home, real, questions, model))))


if __name__ == "__main__":
    main()
