"""Records that are begun, opened, or neither: each refusal says what to do."""

import sqlite3
import threading
from pathlib import Path

import pytest

from index.backup import staged, write_backup
from index.catalog.location import RecordLocation
from index.catalog.sqlite.catalog import FILE
from index.errors import RecordBusy, RecordError, RecordTooNew, RecordUnreadable
from index.folder_lock import locked
from index.postgresql.address import Database
from index.postgresql.connection import transaction
from index.store import Index
from tests.conftest import WordEmbedder, article, put


def test_no_record_says_how_to_make_one(where: RecordLocation, words: WordEmbedder) -> None:
    with pytest.raises(RecordUnreadable, match="There is no record in .* run `onrecord ingest PATH` first"):
        Index(where, words)


def test_a_newer_record_is_not_opened(index: Index, home: Path) -> None:
    with sqlite3.connect(home / FILE) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(RecordTooNew, match="newer version of On Record .format 99"):
        Index(home)


@pytest.mark.slow
def test_a_newer_record_in_a_database_is_not_opened(home: Path, database: Database) -> None:
    where = RecordLocation(home, database)
    Index.create(where)
    with transaction(database) as db:
        db.execute("UPDATE record_format SET number = 99")
    with pytest.raises(RecordTooNew, match="newer version of On Record .format 99"):
        Index(where)


def test_another_database_is_not_taken_for_a_record(home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / FILE) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises(RecordUnreadable, match="is not a record of On Record"):
        Index(home)
    (home / FILE).write_bytes(b"not a database at all, but long enough to look at" * 100)
    with pytest.raises(RecordUnreadable, match="is damaged or not a record"):
        Index(home)


def test_a_place_that_cannot_hold_a_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordUnreadable, match="No record can be made in .*; choose another with --home"):
        Index.create(tmp_path / "file" / "record")


@pytest.mark.parametrize("there", [False, True])
def test_what_is_on_record_is_for_its_owner_alone(tmp_path: Path, words: WordEmbedder, there: bool) -> None:
    home, back = tmp_path / "made" / "record", tmp_path / "back"
    if there:
        home.mkdir(parents=True)
    Index.create(home)
    with Index(home, words) as index:
        put(index, article("a", "The ferry struck the pier."))
        with (tmp_path / "backup").open("w+b") as file:
            write_backup(home, file, tmp_path, "2026-03-12T10:00:00+00:00")
            file.seek(0)
            with staged(back, file):
                pass
        kept = [home / "vectors", back, *home.glob("catalog*"), *back.glob("catalog*")]
        assert len(kept) > 3
        for path in [*kept, *([] if there else [home])]:
            assert not path.stat().st_mode & 0o077, path


def test_several_that_begin_a_record_at_the_same_moment_all_have_it(where: RecordLocation) -> None:
    refused: list[RecordError] = []
    began = threading.Barrier(6)

    def begin() -> None:
        began.wait()
        try:
            Index.create(where)
        except RecordError as error:
            refused.append(error)

    beginning = [threading.Thread(target=begin) for _ in range(6)]
    for thread in beginning:
        thread.start()
    for thread in beginning:
        thread.join()
    assert refused == []
    assert Index.exists(where)


def test_a_record_that_another_only_holds_the_lock_of_is_not_waited_for_without_end(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store._MADE_WITHIN", 0.1)
    home.mkdir(exist_ok=True)
    with locked(home), pytest.raises(RecordBusy, match="Another process is writing"):
        Index.create(home)
