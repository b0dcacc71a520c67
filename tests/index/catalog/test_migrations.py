"""Records of earlier versions are brought up to date when they are opened, and lose nothing."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.catalog.exact_duplicates import key_of
from index.catalog.sqlite.catalog import FILE
from index.catalog.sqlite.schema import APPLICATION_ID, SCHEMA, STEPS
from index.errors import RecordError
from index.store import Index
from index.types import Query
from tests.conftest import WordEmbedder, article, put


@pytest.fixture
def old(tmp_path: Path, words: WordEmbedder) -> Path:
    """A record as the first version wrote it."""
    new, home = tmp_path / "new", tmp_path / "old"
    Index.create(new)
    with Index(new, words) as index:
        put(
            index,
            article("a", "The ferry struck the pier.", published="2026-03-03"),
            article("b", "The bridge."),
        )
    shutil.copytree(new, home)
    (home / FILE).unlink()
    db = sqlite3.connect(home / FILE, isolation_level=None)
    db.executescript(STEPS[0])
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    db.execute("ATTACH ? AS new", (str(new / FILE),))
    for table in ("meta", "articles", "embeddings", "chunks", "documents", "document_articles"):
        columns = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
    for key, blob in db.execute("SELECT key, vector FROM embeddings").fetchall():
        # The first version kept them in full precision.
        full = np.frombuffer(blob, np.float16).astype(np.float32).tobytes()
        db.execute("UPDATE main.embeddings SET vector = ? WHERE key = ?", (full, key))
    db.execute("DELETE FROM main.meta WHERE key = 'covers'")
    db.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('rebuild')")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return home


def test_an_old_record_opens_with_everything_in_it(old: Path, words: WordEmbedder) -> None:
    with Index(old, words) as index:
        assert index.search(Query("ferry"))[0].article.text == "The ferry struck the pier."
        within = index.search(Query("ferry bridge", since=date(2026, 3, 1)))
        assert [passage.article.id for passage in within] == ["a"]
        assert index.verify() == []
        with index.catalog.read() as snapshot:
            assert snapshot.db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA
            keys = dict(snapshot.db.execute("SELECT id, content FROM articles"))
            assert keys == {one.id: key_of(one) for one in snapshot.articles()}


def test_an_upgrade_that_fails_leaves_the_record_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.catalog.sqlite.migrations.STEPS", (*STEPS, "CREATE TABLE meta (x);\n"))
    with pytest.raises(RecordError):
        Index(old)
    db = sqlite3.connect(old / FILE)
    assert db.execute("PRAGMA user_version").fetchone()[0] == 1
    assert "language" not in {row[1] for row in db.execute("PRAGMA table_info(articles)")}
    db.close()
