"""The catalog as a SQLite file in the record's folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.catalog.catalog import Catalog
from index.catalog.snapshot import Memory, Snapshot
from index.catalog.sqlite.connection import FileConnection
from index.catalog.sqlite.frozen import FrozenConnection, is_refusal
from index.catalog.sqlite.schema import APPLICATION_ID, SCHEMA
from index.errors import NOT_TEXT, RecordError, RecordTooNew, RecordUnreadable, UsageError
from index.folder_access import not_permitted, refused

if TYPE_CHECKING:
    from index.catalog.transaction import WriteTransaction

FILE = "catalog.sqlite3"


class FileCatalog(Catalog):
    """An open file."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._idle: list[FileConnection] = []
        self._lock = Lock()
        self._closed = False
        self._memory: Memory = {}

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether `home` holds a catalog, whole or not. Raises RecordUnreadable where it may not look."""
        try:
            return (home / FILE).is_file()
        except OSError as error:
            raise refused(home, error, "read") from error

    @staticmethod
    def create(home: Path) -> None:
        """Make an empty catalog in `home`. It appears whole or not at all."""
        from index.catalog.sqlite.migrations import upgrade

        unfinished = home / f"{FILE}.new"
        unfinished.unlink(missing_ok=True)
        with _translate_errors(unfinished):
            # For its owner alone, whatever the folder is; SQLite gives its other files the same mode.
            unfinished.touch(0o600)
            db = sqlite3.connect(unfinished, isolation_level=None, factory=FileConnection)
            try:
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                upgrade(db)
                db.execute("PRAGMA journal_mode = WAL")
            finally:
                db.close()
            unfinished.replace(home / FILE)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """A snapshot that no commit moves while the block runs. Raises RecordBusy where one did."""
        with _translate_errors(self.path):
            db = self._take_to_read()
            try:
                yield Snapshot(db, self._memory)
            finally:
                self._give(db)
            if isinstance(db, FrozenConnection):
                db.check()

    @contextmanager
    def write(self) -> "Iterator[WriteTransaction]":
        """A transaction: committed when the block ends, rolled back when it raises."""
        from index.catalog.transaction import WriteTransaction

        with _translate_errors(self.path):
            db = self._take()
            try:
                db.execute("BEGIN IMMEDIATE")
                change = WriteTransaction(db)
                yield change
                change.full_text.finish()
                db.execute("COMMIT")
            finally:
                self._give(db)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The right to refresh, which one process has at a time. Raises RecordBusy where another has it."""
        # Most commands only look.
        from index.folder_lock import locked

        with locked(self.path.parent):
            yield

    def problems(self) -> list[str]:
        """What is wrong within the file, a sentence each."""
        with self.read() as snapshot:
            check = snapshot.db.execute("PRAGMA integrity_check(5)")
            found = [f"{row[0]}." for row in check if row[0] != "ok"]
        return found + super().problems()

    def close(self) -> None:
        """Close idle connections; one in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            for db in self._idle:
                db.close()
            self._idle.clear()

    def _take(self) -> FileConnection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _connect(self.path)

    def _take_to_read(self) -> FileConnection:
        """A connection with a transaction begun; where nothing can be written, to the file as it is."""
        try:
            return _begun(self._take())
        except sqlite3.Error as error:
            frozen = FrozenConnection.of(self.path) if is_refusal(error) else None
            if frozen is None:
                raise
            return _begun(_checked(frozen, self.path))

    def _give(self, db: FileConnection) -> None:
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        with self._lock:
            if not self._closed and not isinstance(db, FrozenConnection):
                self._idle.append(db)
                return
        db.close()


def _connect(path: Path) -> FileConnection:
    if not FileCatalog.exists(path.parent):
        msg = f"There is no record in {path.parent} yet; run `onrecord ingest PATH` first."
        raise RecordUnreadable(msg)
    db = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=30, factory=FileConnection
    )
    return _checked(db, path)


def _begun(db: FileConnection) -> FileConnection:
    try:
        db.execute("BEGIN")
        # SQLite takes the snapshot with the first read, not with BEGIN.
        db.execute("SELECT count(*) FROM meta").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _checked(db: FileConnection, path: Path) -> FileConnection:
    try:
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            msg = f"{path} is not a record of On Record; choose another folder with --home."
            raise RecordUnreadable(msg)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            msg = (
                f"The record in {path.parent} was written by a newer version of On Record "
                f"(format {version}, this one knows {SCHEMA}); upgrade On Record."
            )
            raise RecordTooNew(msg)
        if version < SCHEMA:
            from index.catalog.sqlite.migrations import upgrade

            upgrade(db)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(NOT_TEXT) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None) or ""
        # Bytes that are no text come without a code; what is said of them quotes them, and is not repeated.
        undecoded = not code and isinstance(error, sqlite3.OperationalError)
        if undecoded or code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            msg = f"{path} is damaged or not a record; restore a backup, or move it away and ingest again."
        elif not_permitted(error):
            msg = f"The record in {path.parent} cannot be written; check the permissions of its files."
        elif code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            msg = (
                f"The disk that holds {path.parent} is full or fails ({error}); make room and try again. "
                "What was published before is whole."
            )
        else:
            # Its words may quote what was read or asked.
            msg = f"The record in {path.parent} could not be used ({code or type(error).__name__})."
            raise RecordError(msg) from error
        raise RecordUnreadable(msg) from error
