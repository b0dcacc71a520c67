"""The catalog in PostgreSQL against the one in a file: answers, searches, refreshes.

    python -m tests.benchmarks.postgresql same
    python -m tests.benchmarks.postgresql search RECORD [--chunks 100000] [--questions 60]
    python -m tests.benchmarks.postgresql seen RECORD

RECORD is a folder of `onrecord ingest`, which is copied and stays as it is. Questions are put to both in
turns, so that a busy machine slows both. PostgreSQL is the tests' own (`tests/postgresql.py`).
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.json_output import answer_json
from bot.settings import Settings
from index.catalog.location import RecordLocation
from index.embedding.embedder import load_embedder
from index.store import Index
from index.transfer import copy_record
from index.types import Query
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.benchmarks.growth import fill
from tests.benchmarks.growth_data import real_articles
from tests.benchmarks.server_kills import python
from tests.benchmarks.table import row, shown
from tests.conftest import WordEmbedder, put
from tests.genres import ARTICLES, questions
from tests.postgresql import Server, new_database, running

_NOW = date(2026, 11, 26)
_ARTICLES = 12


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["same", "search", "seen"])
    parser.add_argument("record", type=Path, nargs="?")
    parser.add_argument("--chunks", type=int, default=0)
    parser.add_argument("--questions", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running() as server:
        if server is None:
            print("There is no PostgreSQL here.")
            return 1
        room = Path(folder)
        if chosen.what == "same":
            return _same(server, room)
        if chosen.record is None:
            parser.error(f"{chosen.what} needs a RECORD")
        if chosen.what == "seen":
            return _seen(server, room, chosen.record)
        return _search(server, room, chosen.record, chosen.chunks, chosen.questions)


def _same(server: Server, room: Path) -> int:
    """Ask every question of tests/genres on both."""
    model = load_embedder()
    file = RecordLocation(room / "record")
    Index.create(file)
    with Index(file, model) as index:
        ingest(index, list(find([str(ARTICLES)])))
    inside = RecordLocation(file.home, new_database(server))
    copy_record(file, inside)
    asked = questions()
    differ = []
    with Index(file, model) as one, Index(inside, model) as other:
        # One graph for both: what Chroma finds differs a little from one opening of a folder to the next.
        other._open = one._open
        flows = [
            AnswerFlow(index, ExtractiveWriter(model.embed_tokens), Settings.threshold, Settings.passages)
            for index in (one, other)
        ]
        for question in asked:
            answers = [_answer(flow, question.text) for flow in flows]
            if answers[0] != answers[1]:
                differ.append(question.id)
    print(f"{len(asked)} questions, {len(differ)} with another answer: {' '.join(differ)}")
    return bool(differ)


def _answer(flow: AnswerFlow, text: str) -> str:
    answer = answer_json(flow.invoke(Query(text, now=_NOW)), threshold=Settings.threshold)
    return json.dumps({**answer, "timings": {}}, sort_keys=True)


def _search(server: Server, room: Path, record: Path, chunks: int, many: int) -> int:
    """Search both in turns, each question when nothing is remembered of it, and once more."""
    model = load_embedder()
    file = RecordLocation(room / "record")
    if chunks:
        with Index(record) as index:
            real = real_articles(index)
        fill(file.home, real, chunks, model)
    else:
        shutil.copytree(record, file.home)
    inside = RecordLocation(file.home, new_database(server))
    begun = time.perf_counter()
    copy_record(file, inside)
    copied = time.perf_counter() - begun
    with Index(record) as index, index.catalog.read() as snapshot:
        titles = [one.title for one, _ in zip(snapshot.articles(), range(many), strict=False)]
    with Index(file, model) as one, Index(inside, model) as other:
        # One graph for both: what Chroma finds differs a little from one opening of a folder to the next.
        other._open = one._open
        with one.catalog.read() as snapshot:
            print(f"{snapshot.count()[1]} chunks, copied into the database in {copied:.0f} s")
        # What each does once for all.
        assert one.search(Query("ferry")) == other.search(Query("ferry"))
        for which in ("first asked", "asked again"):
            took, busy = _in_turns(server, one, other, titles)
            print(row(f"search, {which}, ms", took[1], "SQLite", took[0], "at most 2"))
            print(row("processor time of it, both sides", busy[1], "SQLite", busy[0], "at most 2"))
    return 0


def _in_turns(
    server: Server, file: Index, inside: Index, titles: list[str]
) -> tuple[list[list[float]], list[list[float]]]:
    """Milliseconds that each question takes both, and processor time, which others' load changes little."""
    took: list[list[float]] = [[], []]
    busy: list[list[float]] = [[], []]
    for text in titles:
        found = []
        for which, index in enumerate((file, inside)):
            begun, used = time.perf_counter(), time.process_time() + server.busy()
            found.append(index.search(Query(text)))
            took[which].append(1000 * (time.perf_counter() - begun))
            busy[which].append(1000 * (time.process_time() + server.busy() - used))
        assert found[0] == found[1], text
    return took, busy


_WRITER = """
import pickle, sys, time
from index.store import Index
from tests.conftest import WordEmbedder, article, put
where, number = pickle.load(sys.stdin.buffer)
with Index(where, WordEmbedder()) as index:
    put(index, *(article(f"new{number}-{n}", f"Refresh {number} of ten, article {n}.") for n in range(10)))
    print(time.time(), flush=True)
"""


def _seen(server: Server, room: Path, record: Path) -> int:
    """How long after its commit a refresh by another process is seen by a reader that asks all the time."""
    inside = RecordLocation(room / "record", new_database(server))
    Index.create(inside)
    with Index(record) as index, index.catalog.read() as snapshot:
        old = [one for one, _ in zip(snapshot.articles(), range(300), strict=False)]
    late = []
    with Index(inside, WordEmbedder()) as reader:
        put(reader, *old)
        for number in range(10):
            with python(_WRITER, inside, number) as writer:
                assert writer.stdout is not None
                wanted = f"Refresh {number} of ten"
                while not any(p.text.startswith(wanted) for p in reader.search(Query(wanted))):
                    time.sleep(0.01)
                seen = time.time()
                late.append(max(0.0, seen - float(writer.stdout.readline())))
    print(f"seen after {shown(late)} s; wanted: within 2 s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
