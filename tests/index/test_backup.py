"""A backup is of one moment, and a restore is all or nothing."""

import io
import json
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import backup
from index.backup import refuse_to_overwrite, staged, write_backup
from index.errors import BackupUnreadable, RecordTooNew, RecordUnreadable
from index.store import Index
from tests.conftest import article, put

MADE = "2026-03-12T10:00:00+00:00"


def backed_up(home: Path) -> bytes:
    target = io.BytesIO()
    write_backup(home, target, home.parent, MADE)
    return target.getvalue()


def restored(home: Path, content: bytes) -> Path:
    with staged(home, io.BytesIO(content)):
        pass
    return home


def archive(**files: bytes) -> bytes:
    """A backup made by hand; keyword names are file names with "__" for "."."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return target.getvalue()


def about(**changes: object) -> bytes:
    stated = {"format": 1, "made": MADE, "schema": 1, "model": "", "articles": 0}
    files = [{"name": "catalog.sqlite3", "size": 1, "sha256": "x"}]
    return json.dumps({**stated, "files": files, **changes}).encode()


def test_what_comes_back_is_what_went_in(index: Index, home: Path, tmp_path: Path) -> None:
    put(index, article("a", "The ferry struck the pier."), article("b", "The loan was refused."))
    there = restored(tmp_path / "there", backed_up(home))
    with Index(there) as again, again.catalog.read() as now, index.catalog.read() as before:
        assert list(now.articles()) == list(before.articles())
        assert now.head() == before.head()
        assert again.catalog.problems() == []


def test_every_database_of_the_folder_is_in_it_and_nothing_else(
    index: Index, home: Path, tmp_path: Path
) -> None:
    put(index, article("a", "The ferry struck the pier."))
    with closing(sqlite3.connect(home / "threads.sqlite3")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE asked (question TEXT)")
        db.execute("INSERT INTO asked VALUES ('Who?')")
        db.commit()
        content = backed_up(home)  # while it is open, and its rows are in the log still
    there = restored(tmp_path / "there", content)
    assert sorted(path.name for path in there.iterdir()) == ["catalog.sqlite3", "threads.sqlite3"]
    with closing(sqlite3.connect(there / "threads.sqlite3")) as db:
        assert db.execute("SELECT question FROM asked").fetchall() == [("Who?",)]


def test_a_backup_made_while_a_refresh_runs_is_of_one_moment(
    index: Index, home: Path, tmp_path: Path
) -> None:
    """Every publication brings the same round for both articles; a torn copy would mix two."""
    put(index, article("a", "Round 0 here."), article("b", "Round 0 there."))
    done, written = threading.Event(), threading.Event()

    def refresh() -> None:
        for number in count(1):
            if done.is_set():
                return
            put(index, article("a", f"Round {number} here."), article("b", f"Round {number} there."))
            written.set()

    writer = threading.Thread(target=refresh)
    writer.start()
    contents = []
    try:
        for _ in range(5):
            contents.append(backed_up(home))
            # On a busy machine a backup may be done before the writer has had its turn.
            written.clear()
            assert written.wait(60)
    finally:
        done.set()
        writer.join()
    rounds = []
    for number, content in enumerate(contents):
        with Index(restored(tmp_path / str(number), content)) as again, again.catalog.read() as snapshot:
            found = {one.text.split()[1] for one in snapshot.articles()}
            assert len(found) == 1
            rounds.extend(found)
    assert len(set(rounds)) > 1


@pytest.mark.parametrize("there", ["catalog.sqlite3", "threads.sqlite3", "notes.txt"])
def test_a_restore_overwrites_nothing(there: str, index: Index, home: Path, tmp_path: Path) -> None:
    content = backed_up(home)
    target = tmp_path / "there"
    target.mkdir()
    (target / there).write_text("mine")
    with pytest.raises(RecordUnreadable, match="overwrites nothing"):
        restored(target, content)
    assert [path.name for path in target.iterdir()] == [there]
    assert (target / there).read_text() == "mine"


def test_a_restore_fills_an_empty_folder(index: Index, home: Path, tmp_path: Path) -> None:
    """As a fresh volume is: it cannot be renamed over, and file systems put a folder of their own there."""
    target = tmp_path / "there"
    (target / "lost+found").mkdir(parents=True)
    assert Index.exists(restored(target, backed_up(home)))


def test_a_restore_that_fails_midway_leaves_nothing(index: Index, home: Path, tmp_path: Path) -> None:
    content = backed_up(home)
    target = tmp_path / "there"
    with suppress(KeyboardInterrupt), staged(target, io.BytesIO(content)):
        raise KeyboardInterrupt
    assert list(target.iterdir()) == []


def test_a_restore_that_was_killed_is_no_record_and_can_be_run_again(
    index: Index, home: Path, tmp_path: Path
) -> None:
    put(index, article("a", "The ferry struck the pier."))
    target = tmp_path / "there"
    (target / ".restoring").mkdir(parents=True)
    (target / ".restoring" / "catalog.sqlite3").write_bytes(b"half")
    (target / "threads.sqlite3").write_bytes(b"already moved")
    assert not Index.exists(target)
    restored(target, backed_up(home))
    assert [path.name for path in target.iterdir()] == ["catalog.sqlite3"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small backup."""
    home = tmp_path_factory.mktemp("backup") / "record"
    Index.create(home)
    (home / "made").write_bytes(backed_up(home))
    return home / "made"


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_backup_restores_nothing(made: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = made.read_bytes()
    position = data.draw(st.integers(10, len(content) - 9))
    if data.draw(st.booleans()):
        damaged = content[:position]
    else:
        flipped = content[position] ^ data.draw(st.integers(1, 255))
        damaged = content[:position] + bytes([flipped]) + content[position + 1 :]
    target = tmp_path / "there"
    try:
        restored(target, damaged)
    except RecordUnreadable:
        assert list(target.iterdir()) == []
    else:
        # A bit that nothing reads (padding, a header's spare field) may flip: then all is as it was.
        assert backed_up(target) == content
        shutil.rmtree(target)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cut off, or not a backup"),
        (b"no archive at all", "cut off, or not a backup"),
        (archive(readme__md=b"hello"), "not a backup of On Record"),
        (archive(backup__json=b"{"), "cannot be read"),
        (archive(backup__json=b"[]"), "cannot be read"),
        (archive(backup__json=about(files=[])), "names files that no backup holds"),
        (archive(backup__json=about()), "catalog.sqlite3 is missing"),
        (archive(**{"backup__json": about(), "../../escape": b"x"}), "'../../escape' is not what"),
        (archive(backup__json=about(), catalog__sqlite3=b"y"), "'catalog.sqlite3' is not what was"),
        (archive(backup__json=about(), catalog__sqlite3=b"y" * 9_000), "'catalog.sqlite3' is not what was"),
    ],
)
def test_what_is_no_backup_is_refused_with_its_reason(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BackupUnreadable, match=said):
        restored(tmp_path / "there", content)
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("name", ["../catalog.sqlite3", "/etc/x.sqlite3", "a/b.sqlite3", ".sqlite3", "x.sh"])
def test_a_backup_cannot_name_a_path(name: str, tmp_path: Path) -> None:
    files = [{"name": at, "size": 1, "sha256": "x"} for at in ("catalog.sqlite3", name)]
    with pytest.raises(BackupUnreadable, match="names files"):
        restored(tmp_path / "there", archive(backup__json=about(files=files)))


@pytest.mark.parametrize("newer", [{"format": 2}, {"schema": 999}])
def test_a_backup_of_a_newer_version_says_so(newer: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(RecordTooNew, match="upgrade On Record"):
        restored(tmp_path / "there", archive(backup__json=about(**newer)))


def test_a_restore_without_room_says_how_much_it_needs(
    index: Index, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        free = 1000

    content = backed_up(home)
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: Full)
    with pytest.raises(RecordUnreadable, match=r"needs 0\.0 GB"):
        restored(tmp_path / "there", content)


def test_a_folder_that_cannot_be_looked_into_has_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordUnreadable, match="cannot be restored into"):
        refuse_to_overwrite(tmp_path / "file")


def test_a_copy_that_another_backup_takes_away_meanwhile_costs_nothing(
    index: Index, home: Path, tmp_path: Path
) -> None:
    (tmp_path / ".onrecord-backup-gone").symlink_to(tmp_path / "nowhere")
    assert write_backup(home, io.BytesIO(), tmp_path, "2026-03-12T08:00:00+00:00").articles == 0
