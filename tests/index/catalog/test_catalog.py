"""The catalog's check of itself, and what it says where it cannot look."""

import os
import shlex
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.conversations import Conversations
from index.catalog.sqlite.catalog import FILE
from index.catalog.sqlite.frozen import FrozenConnection
from index.errors import RecordBusy, RecordUnreadable, ThreadsUnreadable
from index.folder_lock import locked
from index.store import Index
from tests.conftest import Run, WordEmbedder, article, put

_NOBODY = 65534


@pytest.fixture
def stored(words: WordEmbedder) -> Iterator[Path]:
    """A record that every user may reach."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "record"
        Index.create(home)
        with Index(home, words) as index:
            put(index, article("ferry", "The ferry struck the pier."))
        for path in (home.parent, home, *home.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        yield home


@contextmanager
def only_readable(*paths: Path, folders: int = 0o555) -> Iterator[None]:
    """In the block these files cannot be written: root, who may write all, is another user meanwhile."""
    for path in paths:
        path.chmod(folders if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in paths:
            path.chmod(0o777 if path.is_dir() else 0o666)


def test_a_catalog_that_may_only_be_read_is_not_said_to_be_damaged(
    stored: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stored.parent)
    with only_readable(stored / FILE):
        with Index(stored) as index, pytest.raises(RecordUnreadable, match="check the permissions"):
            index.verify()
        ended = onrecord("verify", "--home", stored)
    assert ended.code == 1
    assert "cannot be written; check the permissions" in ended.err
    assert "rebuild" not in ended.out + ended.err
    assert onrecord("verify", "--home", stored).code == 0


def test_vectors_that_may_only_be_read_are_not_said_to_be_damaged(stored: Path) -> None:
    vectors = stored / "vectors"
    with (
        only_readable(vectors, *vectors.rglob("*")),
        Index(stored) as index,
        pytest.raises(RecordUnreadable, match="Nothing can be written in"),
    ):
        index.verify()


def test_words_that_do_not_fit_are_damage(stored: Path) -> None:
    with Index(stored) as index:
        with index.catalog.write() as change:
            change.db.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('delete-all')")
        assert not index.catalog.words_are_whole()
        with index.catalog.write() as change:
            change.db.execute("UPDATE chunks_fts_data SET block = zeroblob(40) WHERE id > 10")
        assert not index.catalog.words_are_whole()


def test_bytes_that_are_no_text_are_damage_and_are_not_repeated(index: Index, home: Path) -> None:
    put(index, article("reed", "Nalo Reed spoke on Monday."))
    with index.catalog.write() as change:
        change.db.execute("UPDATE articles SET text = CAST(x'4e616c6fff' AS TEXT)")
    with pytest.raises(RecordUnreadable, match="is damaged") as raised:
        index.find_article("reed")
    assert "Nalo" not in str(raised.value)


def test_a_file_that_is_read_as_it_lies_there_is_not_believed_once_it_was_written(
    index: Index, home: Path
) -> None:
    put(index, article("reed", "Nalo Reed spoke on Monday."))
    index.catalog.close()
    db = FrozenConnection.of(home / "catalog.sqlite3")
    assert db is not None
    with closing(db):
        db.check()
        with closing(sqlite3.connect(home / "catalog.sqlite3")) as other:
            other.execute("UPDATE articles SET title = 'Another'")
            other.commit()
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with pytest.raises(RecordBusy):
            db.check()


@pytest.mark.parametrize("command", ["status", "ask 'What did the ferry strike?'", "health", "verify"])
def test_a_record_in_another_user_s_folder_is_told_by_every_command(
    stored: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(stored.parent)
    with only_readable(stored, folders=0o600):
        ended = onrecord(*shlex.split(command), "--home", stored)
        user = os.geteuid()
    assert ended.code == 1
    said = f"cannot be read (Permission denied); give it to the user that On Record runs as (number {user})"
    assert said in ended.out + ended.err
    assert "did not foresee" not in ended.err


def test_whoever_may_not_write_is_told_to_whom_to_give_the_folder(stored: Path) -> None:
    (stored / "writing.lock").unlink(missing_ok=True)
    with only_readable(stored), pytest.raises(RecordUnreadable, match="give it to the user"), locked(stored):
        pass


def test_conversations_that_may_not_be_made_are_not_said_to_be_in_the_way(stored: Path) -> None:
    with only_readable(stored), pytest.raises(ThreadsUnreadable, match="check the permissions of its folder"):
        Conversations(stored).forget_all()
