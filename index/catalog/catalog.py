"""The catalog: a SQLite file that holds every article, chunk and embedding, and decides what readers see.

What a reader sees is one transaction's snapshot: rows, full-text index, and the name of the vector directory
that fits them. A refresh becomes visible, all of it at once, with the commit that changes that name.
`tests/index/test_kill.py` holds this against killed writers.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.catalog.frozen import FrozenConnection, is_refusal
from index.catalog.schema import APPLICATION_ID, SCHEMA
from index.catalog.snapshot import Memory, Snapshot
from index.errors import RecordError, RecordTooNew, RecordUnreadable, UsageError
from index.types import Article

if TYPE_CHECKING:
    from index.catalog.transaction import WriteTransaction

FILE = "catalog.sqlite3"


class Catalog:
    """The open catalog. Any number of threads may read; writers take turns by the lock of `store`."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False
        self._memory: Memory = {}

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether `home` holds a catalog, whole or not."""
        return (home / FILE).is_file()

    @staticmethod
    def create(home: Path) -> None:
        """Make an empty catalog in `home`. It appears whole or not at all."""
        from index.catalog.migrations import upgrade

        unfinished = home / f"{FILE}.new"
        unfinished.unlink(missing_ok=True)
        with _translate_errors(unfinished):
            # For its owner alone, whatever the folder is; SQLite gives its other files the same mode.
            unfinished.touch(0o600)
            db = sqlite3.connect(unfinished, isolation_level=None)
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
                yield WriteTransaction(db)
                db.execute("COMMIT")
            finally:
                self._give(db)

    def find_article(self, id_or_prefix: str) -> Article:
        """The article with this id, or the only one whose id begins so. Raises UsageError otherwise."""
        with self.read() as snapshot:
            exact = snapshot.article(id_or_prefix)
            if exact is not None:
                return exact
            alike = snapshot.ids_like(id_or_prefix, 4) if id_or_prefix else []
            found = snapshot.article(alike[0]) if len(alike) == 1 else None
        if found is not None:
            return found
        if alike:
            shown = ", ".join(alike[:3]) + (", …" if len(alike) > 3 else "")
            msg = f"Several articles begin with {id_or_prefix!r}: {shown}; write more of the id."
        else:
            msg = f"No article has the id {id_or_prefix!r}; `onrecord articles list` shows them all."
        raise UsageError(msg)

    def problems(self) -> list[str]:
        """What is wrong within the file, a sentence each."""
        with self.read() as snapshot:
            db = snapshot.db
            found = [f"{row[0]}." for row in db.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            for count, problem in (
                ("chunks WHERE embedding NOT IN (SELECT key FROM embeddings)", "chunks lost their embedding"),
                ("chunks WHERE rowid NOT IN (SELECT row FROM marks)", "chunks lost their mark"),
                ("articles WHERE rowid NOT IN (SELECT article FROM chunks)", "articles have no chunk"),
                (
                    'chunks c JOIN articles a ON a.rowid = c.article WHERE c."end" > length(a.text)',
                    "chunks reach beyond their article",
                ),
            ):
                number = db.execute(f"SELECT count(*) FROM {count}").fetchone()[0]
                if number:
                    found.append(f"{number} {problem}.")
        return found

    def words_are_whole(self) -> bool:
        """Whether the full-text index says what the articles say.

        Takes the right to write for a moment. Raises RecordUnreadable or RecordError where it cannot be had,
        or the index cannot be read for another reason than damage to it.
        """
        with self.write() as change:
            try:
                change.db.execute("INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                # The low byte is what happened; the rest says where (SQLITE_CORRUPT_VTAB is the index).
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                    raise
                return False
        return True

    def close(self) -> None:
        """Close idle connections; one in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            for db in self._idle:
                db.close()
            self._idle.clear()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _connect(self.path)

    def _take_to_read(self) -> sqlite3.Connection:
        """A connection with a transaction begun; where nothing can be written, to the file as it is."""
        try:
            return _begun(self._take())
        except sqlite3.Error as error:
            frozen = FrozenConnection.of(self.path) if is_refusal(error) else None
            if frozen is None:
                raise
            return _begun(_checked(frozen, self.path))

    def _give(self, db: sqlite3.Connection) -> None:
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        with self._lock:
            if not self._closed and not isinstance(db, FrozenConnection):
                self._idle.append(db)
                return
        db.close()


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        msg = f"There is no record in {path.parent} yet; run `onrecord ingest PATH` first."
        raise RecordUnreadable(msg)
    return _checked(sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30), path)


def _begun(db: sqlite3.Connection) -> sqlite3.Connection:
    try:
        db.execute("BEGIN")
        # SQLite takes the snapshot with the first read, not with BEGIN.
        db.execute("SELECT count(*) FROM meta").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _checked(db: sqlite3.Connection, path: Path) -> sqlite3.Connection:
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
            from index.catalog.migrations import upgrade

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
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None) or ""
        # Bytes that are no text come without a code; what is said of them quotes them, and is not repeated.
        undecoded = not code and isinstance(error, sqlite3.OperationalError)
        if undecoded or code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            msg = f"{path} is damaged or not a record; restore a backup, or move it away and ingest again."
        elif code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
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
