"""Where kept answers are: their tables in a file beside the record, or in its database."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot import database_schemas
from index.catalog.location import RecordLocation, located
from index.errors import NOT_TEXT, KeptUnreadable, UsageError
from index.folder_access import remedy_for
from index.postgresql.tables import Tables
from index.schema_steps import upgrade_file
from index.statements import Connection

FILE = "kept_answers.sqlite3"
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
    since INTEGER NOT NULL, chunks TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS too_old (            -- and since when that is known
    answer TEXT PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looked (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
# A file of the first version has some of them. See `index.schema_steps`.
_STEPS = ("", _TABLES)


class KeptFile:
    """Those of a record. Raises KeptUnreadable, here and in every method, where its file cannot be used.

    RecordError where its database cannot.
    """

    def __init__(self, where: Path | RecordLocation) -> None:
        """Open the file, or make it, readable by its owner alone; or the tables of the record's database."""
        record = located(where)
        home = record.home
        self.where = record
        self.path = home / FILE
        self.name = str(self.path)
        self._tables: Tables | None = None
        if record.database:
            # Much is looked at and then written: writers take turns, as in the file.
            self._tables = Tables(record.database, database_schemas.KEPT_ANSWERS, _STEPS, one_writer=True)
            self.name = self._tables.name
            return
        with self._translated():
            home.mkdir(parents=True, exist_ok=True)
            # What people asked is nobody else's to read; SQLite gives its other files the same mode.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(self._connect()) as db:
                self._prepare(db)

    @property
    def is_in_database(self) -> bool:
        """Whether it is in a database, which other machines may write."""
        return self._tables is not None

    @staticmethod
    def exists(where: Path | RecordLocation) -> bool:
        """Whether anything was ever kept beside this record."""
        record = located(where)
        if record.database:
            return Tables.exist(record.database, database_schemas.KEPT_ANSWERS)
        return (record.home / FILE).is_file()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is all done, or not at all."""
        if self._tables:
            with self._translated(), self._tables.writing() as shared:
                yield shared
            return
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
    def reading(self) -> Iterator[Connection]:
        """A connection to ask, and not to write."""
        if self._tables:
            with self._translated(), self._tables.reading() as shared:
                yield shared
            return
        with self._translated(), closing(self._connect()) as db:
            yield db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA foreign_keys = ON")
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if not upgrade_file(db, _STEPS):
            msg = (
                f"The kept answers in {self.path} were written by a newer version of On Record; "
                "upgrade, or move the file away."
            )
            raise KeptUnreadable(msg)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise UsageError(NOT_TEXT) from error
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
            remedy = "restore a backup" if self._tables else remedy_for(error)
            msg = f"The kept answers in {self.name} cannot be used: {error}; {remedy}."
            raise KeptUnreadable(msg) from error
