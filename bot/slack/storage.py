"""Where the bot keeps what must outlive it: an SQLite file, or a schema in the database of the record.

One text of SQL serves both. In the file commits survive the death of the process; the last ones may not
survive that of the machine: the price of acknowledging 50 at once. What is deleted is overwritten, in the
file and in its log.
"""

import os
import secrets
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from bot import database_schemas
from index.catalog.location import RecordLocation, located
from index.errors import RecordTooNew, RecordUnreadable
from index.postgresql import tables as postgresql
from index.postgresql.tables import Tables
from index.schema_steps import upgrade_file
from index.statements import Connection

FILE = "slack.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS asks (
    team TEXT, channel TEXT, ts TEXT, "user" TEXT, thread TEXT, text TEXT, kind TEXT, version TEXT,
    response_url TEXT, shared INTEGER, state TEXT, reply TEXT DEFAULT '', received REAL,
    PRIMARY KEY (team, channel, ts)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asks_by_thread ON asks (team, channel, thread);
CREATE INDEX IF NOT EXISTS asks_by_user ON asks ("user", received);
CREATE INDEX IF NOT EXISTS asks_by_state ON asks (state);
CREATE INDEX IF NOT EXISTS asks_by_message ON asks (channel, ts);
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, team TEXT, channel TEXT, thread TEXT, ts TEXT, "user" TEXT, question TEXT,
    body TEXT, at REAL, handed INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_ask ON answers (team, channel, ts);
CREATE INDEX IF NOT EXISTS answers_by_user ON answers (team, "user", at);
CREATE TABLE IF NOT EXISTS others (
    team TEXT, channel TEXT, thread TEXT, at REAL, PRIMARY KEY (team, channel, thread)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS weeks (
    team TEXT, channel TEXT, week TEXT, PRIMARY KEY (team, channel)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT, "user" TEXT, rating TEXT, comment TEXT, question TEXT, body TEXT, at REAL,
    PRIMARY KEY (answer, "user")) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    team TEXT, "user" TEXT, at REAL, PRIMARY KEY (team, "user")) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replicas (id TEXT PRIMARY KEY, until REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duties (name TEXT PRIMARY KEY, holder TEXT) WITHOUT ROWID;
"""
# What was added before versions had numbers, by table, with what fills it in a file of an earlier one.
_ADDED = (
    # What a question leans on, as JSON.
    ("asks", "context", "TEXT DEFAULT ''", ""),
    # How often it was begun by a process that did not live to see the end.
    ("asks", "tries", "INTEGER NOT NULL DEFAULT 0", ""),
    # Who admits it or works on it; since when it is in the queue, 0 where it is not; whether somebody who
    # died was at it.
    ("asks", "holder", "TEXT NOT NULL DEFAULT ''", ""),
    ("asks", "queued", "REAL NOT NULL DEFAULT 0", "CREATE INDEX asks_by_holder ON asks (holder)"),
    ("asks", "resumed", "INTEGER NOT NULL DEFAULT 0", ""),
    # The question that feedback is about, so that it can go with it.
    (
        "feedback",
        "ask",
        "TEXT DEFAULT ''",
        "UPDATE feedback SET ask = coalesce((SELECT team || ' ' || channel || ' ' || ts FROM answers "
        "WHERE id = answer), '')",
    ),
)
# What later versions add, for files and databases: see `index.schema_steps`. All of the above is the first.
_LATER_STEPS: tuple[str, ...] = ()


class Storage:
    """The open file or database. Calls are short; make them from a thread that may wait."""

    def __init__(self, where: Path | RecordLocation) -> None:
        """Open or make it. Raises RecordError where that cannot be."""
        record = located(where)
        # Of this process: what it holds is another's once it is gone.
        self.holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self._tables: Tables | None = None
        if record.database:
            self._tables = Tables(record.database, database_schemas.SLACK, (_in_database(), *_LATER_STEPS))
        else:
            self._open(record.home)
        self._now = postgresql.NOW if self._tables else "now_seconds()"
        # Rows that are to be changed; those of many that another bot has in hand are passed over.
        self._one_row = "FOR UPDATE" if self._tables else ""
        self._lock_rows = "FOR UPDATE OF asks SKIP LOCKED" if self._tables else ""

    @staticmethod
    def exists(where: Path | RecordLocation) -> bool:
        """Whether a bot ever kept anything of this record."""
        record = located(where)
        if record.database:
            return Tables.exist(record.database, database_schemas.SLACK)
        return (record.home / FILE).is_file()

    @property
    def is_shared(self) -> bool:
        """Whether several bots may use it at once."""
        return self._tables is not None

    def close(self) -> None:
        """Give it back."""
        if not self._tables:
            self._db.close()

    def _lives(self) -> str:
        """SQL: whether who holds a question lives; it takes this process's own name."""
        return f"(holder = ? OR holder IN (SELECT id FROM replicas WHERE until > {self._now}))"

    def _had_turn(self, db: Connection, team: str, user: str) -> None:
        """Everybody else who waits comes first now."""
        db.execute(
            f'INSERT INTO turns (team, "user", at) VALUES (?, ?, {self._now}) '
            'ON CONFLICT (team, "user") DO UPDATE SET at = excluded.at',
            (team, user),
        )

    def _open(self, home: Path) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            path = home / FILE
            path.touch(0o600)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._db.create_function("now_seconds", 0, time.time)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._lock = Lock()
            self._prepare(path)
        except (OSError, sqlite3.Error) as error:
            msg = f"{home / FILE} cannot be opened: {error}; check the folder, or move the file away."
            raise RecordUnreadable(msg) from error

    def _prepare(self, path: Path) -> None:
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._db.executescript(_TABLES)
            with self._writing() as db:
                for table, column, kind, filled in _ADDED:
                    if column not in {row[1] for row in db.execute(f"PRAGMA table_info ({table})")}:
                        db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
                        db.execute(filled or "SELECT 1")
        if not upgrade_file(self._db, ("", *_LATER_STEPS)):
            msg = f"{path} was written by a newer version of On Record; upgrade this one."
            raise RecordTooNew(msg)

    def _forget_log(self) -> None:
        """Empty a file's write-ahead log, where what was deleted may still stand."""
        if not self._tables:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._tables:
            with self._tables.reading() as shared:
                yield shared
        else:
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._tables:
            with self._tables.writing() as shared:
                yield shared
            return
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise


def _in_database() -> str:
    """The same tables, where two bots may claim a question at the same moment."""
    added = (
        f"ALTER TABLE {table} ADD COLUMN {column} {kind}; {fill}" for table, column, kind, fill in _ADDED
    )
    unique = "CREATE UNIQUE INDEX IF NOT EXISTS asks_by_message"
    return _TABLES.replace("CREATE INDEX IF NOT EXISTS asks_by_message", unique) + ";".join(added)
