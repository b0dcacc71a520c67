"""A record copied into a database and back: the same ids, revisions, embeddings, answers."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.backup import staged, write_backup
from index.catalog.location import RecordLocation
from index.errors import RecordUnreadable
from index.postgresql.address import Database
from index.postgresql.connection import transaction
from index.store import Index
from index.transfer import copy_record
from index.types import Passage, Query
from tests.conftest import WordEmbedder, article, put, vectors_of

pytestmark = pytest.mark.slow

QUESTIONS = (
    "Who struck the pier?",
    "What did the council vote on?",
    '"north pier" ferry',
    "ha ha ha",
    "O'Neill",
)


@pytest.fixture
def stored(home: Path, words: WordEmbedder) -> RecordLocation:
    """A record with what may be hard to copy: removed rows, copies, masses of words, other letters."""
    where = RecordLocation(home)
    Index.create(where)
    with Index(where, words) as index:
        put(
            index, *(article(f"a{n}", f"Account {n} of the north pier.", title=f"No. {n}") for n in range(30))
        )
        put(index, article("gone", "The council voted on the ferry."), article("long", "ha " * 400))
        put(index, article("copy", "Account 3 of the north pier.", title="No. 3", url="https://a.example/3"))
        put(index, article("neill", "Żółw O’Neill met Straße.", source="Wire", published="2026-03-03"))
        put(index, article("gone", "The council voted on the loan. It was refused.", source="Ledger"))
    return where


def answers(where: RecordLocation) -> list[list[Passage]]:
    with Index(where, WordEmbedder()) as index:
        assert index.verify() == []
        return [index.search(Query(question), k=40) for question in QUESTIONS]


def rows(where: RecordLocation) -> dict[str, list[object]]:
    with closing(where.open_catalog()) as catalog, catalog.read() as snapshot:
        queries = {
            "chunks": "SELECT rowid, id, article, ordinal, start, tokens, embedding FROM chunks ORDER BY 1",
            "embeddings": "SELECT key, vector FROM embeddings ORDER BY 1",
            "articles": "SELECT rowid, id, revision, content, story FROM articles ORDER BY 1",
            "copies": "SELECT id, article_id, revision FROM copies ORDER BY 1",
            "bands": "SELECT band, article_id FROM bands ORDER BY 1, 2",
            "marks": "SELECT row, day, source, signs, updated FROM marks ORDER BY 1",
        }
        found = {name: list(map(tuple, snapshot.db.execute(query))) for name, query in queries.items()}
        return {**found, "last": [snapshot.db.last_chunk_row()]}


def test_a_copy_in_a_database_answers_to_the_last_bit_as_the_record_does_and_so_does_one_back(
    stored: RecordLocation, database: Database, tmp_path: Path
) -> None:
    inside, back = RecordLocation(stored.home, database), RecordLocation(tmp_path / "back")
    assert copy_record(stored, inside) == 33
    assert answers(inside) == answers(stored)
    assert copy_record(inside, back) == 33
    assert answers(back) == answers(stored)
    assert rows(back) == rows(inside) == rows(stored)
    for where in (stored, inside, back):
        with Index(where, WordEmbedder()) as index:
            put(index, article("new", "The ferry struck the north pier."), article("a1", "Nothing."))
    assert answers(inside) == answers(back) == answers(stored)


def test_a_copy_overwrites_nothing_and_one_that_failed_is_tried_again(
    stored: RecordLocation, database: Database
) -> None:
    inside = RecordLocation(stored.home, database)
    with closing(sqlite3.connect(stored.home / "catalog.sqlite3")) as db, db:
        db.execute("UPDATE articles SET note = 'cut' || char(0) || 'off' WHERE id = 'a7'")
    with pytest.raises(Exception, match="NUL"):
        copy_record(stored, inside)
    with Index(inside) as index, index.catalog.read() as snapshot:
        assert snapshot.count() == (0, 0)
    with closing(sqlite3.connect(stored.home / "catalog.sqlite3")) as db, db:
        db.execute("UPDATE articles SET note = '' WHERE id = 'a7'")
    copy_record(stored, inside)
    with pytest.raises(RecordUnreadable, match="already holds a record, and a copy overwrites nothing"):
        copy_record(stored, inside)


def test_vectors_that_are_not_whole_are_made_again_for_the_copy(
    stored: RecordLocation, database: Database
) -> None:
    with Index(stored) as index:
        next(vectors_of(index).rglob("data_level0.bin")).write_bytes(b"damaged")
    inside = RecordLocation(stored.home, database)
    copy_record(stored, inside)
    with Index(inside) as index:
        assert index.verify() == []


def test_a_database_that_holds_tables_of_another_program_is_refused(
    stored: RecordLocation, database: Database
) -> None:
    with transaction(database) as db:
        db.execute("CREATE TABLE articles (title text)")
    with pytest.raises(RecordUnreadable, match="tables that are not On Record's .*database of its own"):
        copy_record(stored, RecordLocation(stored.home, database))


def test_a_backup_of_a_database_is_a_backup_of_any_record(
    stored: RecordLocation, database: Database, tmp_path: Path
) -> None:
    inside = RecordLocation(stored.home, database)
    copy_record(stored, inside)
    with Index(inside, WordEmbedder()) as index:
        put(index, article("only-inside", "The ferry came back."))
    target = io.BytesIO()
    about = write_backup(inside, target, tmp_path, "2026-03-12T10:00:00+00:00")
    assert about.articles == 34
    with staged(tmp_path / "there", io.BytesIO(target.getvalue())):
        pass
    there = rows(RecordLocation(tmp_path / "there"))
    assert there == rows(inside)
