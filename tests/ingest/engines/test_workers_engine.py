"""Documents read and texts embedded by workers: the record comes out as from one process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import EngineError
from index.store import Index
from index.types import Query
from ingest.engines import workers_engine
from ingest.engines.workers_engine import WorkersEngine
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.progress import Summary
from ingest.sources.files import find
from tests.conftest import WordEmbedder
from tests.ingest.engines.in_threads import ThreadWorkers

pytestmark = pytest.mark.slow

# What the catalog holds of a run, but for when.
TABLES = {
    "articles": "id, revision, text, title, source, published, language",
    "chunks": 'id, ordinal, start, "end", tokens, embedding',
    "embeddings": "key, vector",
    "documents": "origin, root, digest, format",
    "document_articles": "origin, article_id",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of several formats, some of which give no article, or one that another gives too."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(30):
        text = " ".join(f"Account {n} of pier {n * k % 13} tells of day {k}." for k in range(1, 20))
        (folder / f"a{n:02}.md").write_text(f"---\ntitle: On {n}\nsource: Wire\n---\n{text}\n")
    page = "<html><head><title>Ferry</title></head><body><article><p>{}</p></article></body></html>"
    (folder / "b.html").write_text(page.format("The ferry struck the pier at nine. " * 20))
    lines = [
        {"id": f"line-{n}", "title": f"Line {n}", "text": f"Line {n} of a file of many."} for n in range(5)
    ]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\nno object\n")
    (folder / "d.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "e.txt").write_text("")
    (folder / "f.md").write_text("---\ntitle: On 1\nid: line-1\n---\nAnother article under the same id.\n")
    return folder


@contextmanager
def record(home: Path) -> Iterator[Index]:
    Index.create(home)
    with Index(home, WordEmbedder()) as index:
        yield index


@contextmanager
def workers(count: int = 2, lost_after: int = -1) -> Iterator[ThreadWorkers]:
    made = ThreadWorkers(count, WordEmbedder(), lost_after)
    try:
        yield made
    finally:
        made.close()


def run(index: Index, folder: Path, by: ThreadWorkers | None = None, **given: object) -> Summary:
    engine = WorkersEngine(by, by) if by else None
    return ingest(index, list(find([str(folder)])), engine=engine, **given)  # type: ignore[arg-type]


def stored(index: Index) -> dict[str, list[tuple[object, ...]]]:
    with index.catalog.read() as snapshot:
        return {
            table: sorted(snapshot.db.execute(f"SELECT {columns} FROM {table}").fetchall())
            for table, columns in TABLES.items()
        }


def told(summary: Summary) -> tuple[object, ...]:
    return summary.changes, summary.failures, summary.notices, summary.embedded, summary.unchanged


@pytest.fixture
def plain(folder: Path, tmp_path: Path) -> Iterator[Index]:
    """A record that this process made by itself."""
    with record(tmp_path / "plain") as index:
        run(index, folder)
        yield index


def test_workers_give_the_same_articles_chunks_embeddings_and_answers(
    folder: Path, tmp_path: Path, plain: Index
) -> None:
    with record(tmp_path / "again") as again, record(tmp_path / "by workers") as index, workers() as by:
        summary = run(index, folder, by)
        assert told(summary) == told(run(again, folder))
        assert stored(index) == stored(plain)
        assert (by.asked["read"], len(summary.failures)) == (35, 3)
        for question in ("pier 7 on day 3", "ferry struck"):
            found = [[p.chunk for p in one.search(Query(question))] for one in (index, plain)]
            assert found[0] == found[1]
        assert index.verify() == []


def test_a_refresh_hands_out_what_changed_only(folder: Path, tmp_path: Path, plain: Index) -> None:
    with record(tmp_path / "by workers") as index:
        with workers() as by:
            run(index, folder, by)
        (folder / "a07.md").write_text("---\ntitle: On 7\n---\nThe lighthouse burnt.\n")
        (folder / "a08.md").unlink()
        with workers() as by:
            summary = run(index, folder, by, options=Options(prune=True))
        run(plain, folder, options=Options(prune=True))
        assert stored(index) == stored(plain)
        # Those that gave failures are read each time.
        assert by.asked["read"] <= 5
        assert (summary.changed, summary.removed, summary.embedded) == (1, 1, 1)


@pytest.mark.parametrize("lost_after", [7, 36])
def test_workers_that_are_lost_cost_what_was_not_stored_and_the_next_run_does_the_rest(
    folder: Path, tmp_path: Path, plain: Index, lost_after: int
) -> None:
    with record(tmp_path / "by workers") as index:
        with workers(lost_after=lost_after) as by, pytest.raises(EngineError, match="lost"):
            run(index, folder, by)
        assert index.verify() == []
        with workers() as by:
            run(index, folder, by)
        assert stored(index) == stored(plain)


def test_embeddings_that_a_run_kept_are_not_made_again(folder: Path, tmp_path: Path) -> None:
    with record(tmp_path / "by workers") as index:
        with workers(1, lost_after=37) as by, pytest.raises(EngineError):
            engine = WorkersEngine(by, by)
            engine.at_once = 32
            ingest(index, list(find([str(folder)])), engine=engine)
        kept = len(stored(index)["embeddings"])
        assert kept > 0
        with workers(1) as by:
            summary = run(index, folder, by)
        assert summary.embedded == len(stored(index)["embeddings"]) - kept


def test_a_run_that_is_stopped_keeps_what_is_done(folder: Path, tmp_path: Path, plain: Index) -> None:
    asked = iter(range(100))
    with record(tmp_path / "by workers") as index, workers() as by:
        assert run(index, folder, by, stopping=lambda: next(asked) > 12).interrupted
        run(index, folder, by)
        assert stored(index)["articles"] == stored(plain)["articles"]


def test_files_too_large_to_hand_out_are_read_here_and_few_bytes_are_held(
    folder: Path, tmp_path: Path, plain: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_engine, "MAX_BYTES", 600)
    monkeypatch.setattr(workers_engine, "_MOST_BYTES", 1600)
    with record(tmp_path / "by workers") as index, workers() as by:
        run(index, folder, by)
        assert by.asked["read"] < 35
        assert stored(index) == stored(plain)
