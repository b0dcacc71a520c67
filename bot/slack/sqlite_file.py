"""The bot's SQLite file: opened, brought up to date, and written to in transactions.

Commits survive the death of the process; the last ones may not survive that of the machine: the price of
acknowledging 50 at once. What is deleted is overwritten, in the file and in its log.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from index.errors import RecordUnreadable

FILE = "slack.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS asks (
    team TEXT, channel TEXT, ts TEXT, user TEXT, thread TEXT, text TEXT, kind TEXT, version TEXT,
    response_url TEXT, shared INTEGER, state TEXT, reply TEXT DEFAULT '', received REAL,
    PRIMARY KEY (team, channel, ts)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asks_by_thread ON asks (team, channel, thread);
CREATE INDEX IF NOT EXISTS asks_by_user ON asks (user, received);
CREATE INDEX IF NOT EXISTS asks_by_state ON asks (state);
CREATE INDEX IF NOT EXISTS asks_by_message ON asks (channel, ts);
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, team TEXT, channel TEXT, thread TEXT, ts TEXT, user TEXT, question TEXT,
    body TEXT, at REAL, handed INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_ask ON answers (team, channel, ts);
CREATE INDEX IF NOT EXISTS answers_by_user ON answers (team, user, at);
CREATE TABLE IF NOT EXISTS others (
    team TEXT, channel TEXT, thread TEXT, at REAL, PRIMARY KEY (team, channel, thread)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS weeks (
    team TEXT, channel TEXT, week TEXT, PRIMARY KEY (team, channel)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT, user TEXT, rating TEXT, comment TEXT, question TEXT, body TEXT, at REAL,
    PRIMARY KEY (answer, user)) WITHOUT ROWID;
"""
# What later versions added, by table, with what fills it in a file of an earlier one.
_ADDED = (
    # What a question leans on, as JSON.
    ("asks", "context", "TEXT DEFAULT ''", ""),
    # How often it was begun by a process that did not live to see the end.
    ("asks", "tries", "INTEGER NOT NULL DEFAULT 0", ""),
    # The question that feedback is about, so that it can go with it.
    (
        "feedback",
        "ask",
        "TEXT DEFAULT ''",
        "UPDATE feedback SET ask = coalesce((SELECT team || ' ' || channel || ' ' || ts FROM answers "
        "WHERE id = answer), '')",
    ),
)


class SqliteFile:
    """The open file. Calls are short; make them from one thread that may wait for the disk."""

    def __init__(self, home: Path) -> None:
        """Open or make it in `home`. Raises RecordUnreadable where that cannot be."""
        try:
            home.mkdir(parents=True, exist_ok=True)
            path = home / FILE
            path.touch(0o600)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._lock = Lock()
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            msg = f"{home / FILE} cannot be opened: {error}; check the folder, or move the file away."
            raise RecordUnreadable(msg) from error

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def _prepare(self) -> None:
        self._db.executescript(_TABLES)
        with self._writing() as db:
            for table, column, kind, filled in _ADDED:
                if column not in {row[1] for row in db.execute(f"PRAGMA table_info ({table})")}:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
                    db.execute(filled or "SELECT 1")

    def _forget_log(self) -> None:
        """Empty the write-ahead log, where what was deleted may still stand."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
