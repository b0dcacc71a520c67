"""Conversations on disk: the turns (question and answer) of each thread.

They are in one SQLite file, or in the database that holds the record's catalog. A thread is named by whoever
keeps it (a terminal, a Slack thread). Every call is one transaction of its own: any number of threads and
processes may use them, and one that is killed leaves whole turns only.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import database_schemas
from bot.json_input import citation_from_json
from bot.json_output import citation_json
from bot.types import Answer, Citation, Outcome
from index.catalog.location import RecordLocation, located
from index.errors import NOT_TEXT, ThreadsUnreadable, UsageError
from index.folder_access import remedy_for
from index.postgresql.tables import Tables
from index.schema_steps import upgrade_file
from index.statements import Connection

FILE = "threads.sqlite3"
_BUSY_SECONDS = 15.0
_TABLES = """
CREATE TABLE IF NOT EXISTS turns (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    thread TEXT NOT NULL,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    turn TEXT NOT NULL,
    UNIQUE (thread, key)
);
CREATE INDEX IF NOT EXISTS turns_by_time ON turns (at);
"""
# See `index.schema_steps`.
_STEPS = (_TABLES,)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it. `key` names it within its thread (in Slack the message's `ts`).

    `asked` is the question as it was put; `standalone` is it with what it leaned on, the same where it leaned
    on nothing. `answered` are the sentences shown, without their citations; "" where it was not on record.
    `at` is when it was asked, in UTC. `sources` are the citations as they were shown, without the articles'
    texts: what /sources needs, and no evidence for anything that is said later.
    """

    key: str
    asked: str
    standalone: str
    answered: str
    outcome: Outcome
    at: datetime
    sources: tuple[Citation, ...] = ()

    @classmethod
    def of(cls, key: str, answer: Answer, at: datetime | None = None) -> "Turn":
        """The turn that a finished answer makes."""
        return cls(
            key,
            answer.query.text,
            answer.standalone or answer.query.text,
            " ".join(sentence.text for sentence in answer.sentences),
            answer.outcome,
            (at or datetime.now(UTC)).astimezone(UTC),
            tuple(citation_from_json(citation_json(citation)) for citation in answer.citations),
        )


class Conversations:
    """The conversations of a record. Safe for use by several threads and processes."""

    def __init__(self, where: Path | RecordLocation) -> None:
        """Open the file, or make it, readable by its owner alone; or the tables of the record's database.

        Raises ThreadsUnreadable, here and in every method, where the file cannot be used, RecordError where
        the database cannot.
        """
        record = located(where)
        self.path = path = record.home / FILE
        self._tables: Tables | None = None
        if record.database:
            self._tables = Tables(record.database, database_schemas.CONVERSATIONS, _STEPS)
            return
        with self._translate_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            # What people asked is nobody else's to read; SQLite gives its other files the same mode.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            db = self._connect()
            try:
                self._prepare(db)
            finally:
                db.close()

    @staticmethod
    def exist(where: Path | RecordLocation) -> bool:
        """Whether there ever was a conversation."""
        record = located(where)
        if record.database:
            return Tables.exist(record.database, database_schemas.CONVERSATIONS)
        return (record.home / FILE).is_file()

    def turns(self, thread: str, limit: int = 10) -> tuple[Turn, ...]:
        """The last `limit` turns of a thread, oldest first; none where it is unknown."""
        with self._transaction(writes=False) as db:
            rows = db.execute(
                "SELECT turn FROM turns WHERE thread = ? ORDER BY at DESC, number DESC LIMIT ?",
                (thread, limit),
            ).fetchall()
            return tuple(_turn(row[0]) for row in reversed(rows))

    def add(self, thread: str, turn: Turn) -> None:
        """Keep a turn; one with the same key gives way to it."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO turns (thread, key, at, turn) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (thread, key) DO UPDATE SET at = excluded.at, turn = excluded.turn",
                (thread, turn.key, _moment(turn.at), _json(turn)),
            )

    def replace(self, thread: str, key: str, turn: Turn) -> bool:
        """Put `turn` in the place of the one with `key`, where there is one, and say whether there was.

        Its place in the conversation stays, whenever it was asked anew.
        """
        with self._transaction() as db:
            # Another turn may already have the new one's key.
            if turn.key != key:
                db.execute("DELETE FROM turns WHERE thread = ? AND key = ?", (thread, turn.key))
            changed = db.execute(
                "UPDATE turns SET key = ?, turn = ? WHERE thread = ? AND key = ?",
                (turn.key, _json(turn), thread, key),
            )
            return changed.rowcount > 0

    def remove(self, thread: str, key: str) -> bool:
        """Forget one turn, and say whether there was one."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM turns WHERE thread = ? AND key = ?", (thread, key))
            return gone.rowcount > 0

    def forget(self, thread: str) -> int:
        """Forget a whole thread, and say how many turns it had."""
        with self._transaction() as db:
            return db.execute("DELETE FROM turns WHERE thread = ?", (thread,)).rowcount

    def forget_all(self) -> int:
        """Forget every thread, and say how many turns there were."""
        with self._transaction() as db:
            return db.execute("DELETE FROM turns").rowcount

    def expire(self, prefix: str, kept: timedelta) -> int:
        """Forget the turns older than `kept` in threads whose names begin with `prefix`; return their number.

        The terminal and Slack share a file and keep their threads for different times.
        """
        before = _moment(datetime.now(UTC) - kept)
        with self._transaction() as db:
            gone = db.execute(
                "DELETE FROM turns WHERE at < ? AND substr(thread, 1, ?) = ?", (before, len(prefix), prefix)
            )
            return gone.rowcount

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        with self._translate_errors():
            if self._tables:
                with self._tables.writing() if writes else self._tables.reading() as shared:
                    yield shared
                return
            db = self._connect()
            try:
                db.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    with suppress(sqlite3.Error):
                        db.execute("ROLLBACK")
                raise
            finally:
                db.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        # What is forgotten is overwritten in the file, too.
        db.execute("PRAGMA secure_delete = ON")
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if not upgrade_file(db, _STEPS):
            msg = (
                f"The conversations in {self.path} were written by a newer version of On Record; "
                "upgrade, or move the file away."
            )
            raise ThreadsUnreadable(msg)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise UsageError(NOT_TEXT) from error
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
            # Other words of a database may quote what it holds.
            said = getattr(error, "strerror", None) or getattr(error, "sqlite_errorname", None)
            reason = said or type(error).__name__
            where, remedy = (
                (self._tables.name, "restore a backup") if self._tables else (self.path, remedy_for(error))
            )
            msg = f"The conversations in {where} cannot be used ({reason}); {remedy}."
            raise ThreadsUnreadable(msg) from error


def _moment(at: datetime) -> str:
    """In one time zone and one width, so that moments sort as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(turn: Turn) -> str:
    # Escaped, since a question may hold half of a surrogate pair, which SQLite could not store.
    sources = [citation_json(citation) for citation in turn.sources]
    about = {field.name: getattr(turn, field.name) for field in fields(turn)}
    return json.dumps({**about, "at": _moment(turn.at), "sources": sources})


def _turn(stored: str) -> Turn:
    given: dict[str, Any] = json.loads(stored)
    given["outcome"] = Outcome(given["outcome"])
    given["sources"] = tuple(map(_citation, given["sources"]))
    given["at"] = datetime.fromisoformat(given["at"])
    return Turn(**given)


def _citation(stored: dict[str, Any]) -> Citation:
    # Earlier versions wrote the article's status under another name.
    return citation_from_json({"article_status": stored.get("status"), **stored})
