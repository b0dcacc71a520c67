"""The file of kept answers, beside the record: its tables, and a connection for one transaction each."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import KeptUnreadable

FILE = "kept_answers.sqlite3"
_SCHEMA = 2
_BUSY_SECONDS = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, place TEXT NOT NULL, query TEXT NOT NULL, said TEXT NOT NULL, command TEXT NOT NULL,
    waits INTEGER NOT NULL, at REAL NOT NULL, model TEXT NOT NULL DEFAULT '', vector BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_place ON answers (place);
CREATE TABLE IF NOT EXISTS quotes (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, n INTEGER NOT NULL, article TEXT NOT NULL,
    revision TEXT NOT NULL, quote TEXT NOT NULL, PRIMARY KEY (answer, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quotes_by_article ON quotes (article, revision);
CREATE TABLE IF NOT EXISTS findings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, kind TEXT NOT NULL, subject TEXT NOT NULL,
    weight INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',      -- of telling: new, begun, told, void
    channel TEXT NOT NULL DEFAULT '', told REAL NOT NULL DEFAULT 0,
    UNIQUE (answer, kind, subject));
CREATE INDEX IF NOT EXISTS findings_by_state ON findings (state);
CREATE TABLE IF NOT EXISTS shared (
    answer TEXT PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS muted (channel TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS to_ask (             -- touched by chunks beyond a row, and not asked again yet
    answer TEXT PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE, likely REAL NOT NULL,
    row INTEGER NOT NULL, rows TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS too_old (            -- and since when that is known
    answer TEXT PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looked (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class KeptFile:
    """A record's file. Raises KeptUnreadable, here and in every method, where it cannot be used."""

    def __init__(self, home: Path) -> None:
        """Open it, or make it, readable by its owner alone."""
        self.home, self.path = home, home / FILE
        with self._translated():
            home.mkdir(parents=True, exist_ok=True)
            # What people asked is nobody else's to read; SQLite gives its other files the same mode.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(self._connect()) as db:
                self._prepare(db)

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether anything was ever kept beside this record."""
        return (home / FILE).is_file()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is all done, or not at all."""
        with self._translated(), closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to ask, and not to write."""
        with self._translated(), closing(self._connect()) as db:
            yield db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA foreign_keys = ON")
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > _SCHEMA:
            msg = (
                f"The kept answers in {self.path} were written by a newer version of On Record; "
                "upgrade, or move the file away."
            )
            raise KeptUnreadable(msg)
        if version < _SCHEMA:
            # Several processes may make a new file at once; each step does nothing the second time.
            db.executescript(_TABLES)
            db.execute(f"PRAGMA user_version = {_SCHEMA}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
            msg = f"The kept answers in {self.path} cannot be used: {error}; move the file away."
            raise KeptUnreadable(msg) from error
