"""What must outlive the process: claims on questions, answers that were given, feedback. One SQLite file.

A question is written down here before Slack is told that it arrived, and is `WAITING`, `WORKING` or `DONE`.
What a killed process leaves unfinished is taken up by the next (`unfinished`); `tries` counts how often a
question was begun and its process did not live to see the end. Commits survive the death of
the process; the last ones may not survive that of the machine: the price of acknowledging 50 at once.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from bot.slack.events import EventKind, SlackQuestion
from index.errors import RecordUnreadable

FILE = "slack.sqlite3"
_DAY = 86_400.0
_TABLES = """
CREATE TABLE IF NOT EXISTS asks (
    team TEXT, channel TEXT, ts TEXT, user TEXT, thread TEXT, text TEXT, kind TEXT, version TEXT,
    response_url TEXT, shared INTEGER, state TEXT, reply TEXT DEFAULT '', received REAL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (team, channel, ts)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asks_by_thread ON asks (team, channel, thread);
CREATE INDEX IF NOT EXISTS asks_by_user ON asks (user, received);
CREATE INDEX IF NOT EXISTS asks_by_state ON asks (state);
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, team TEXT, channel TEXT, thread TEXT, ts TEXT, user TEXT, question TEXT,
    body TEXT, at REAL, handed INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_ask ON answers (team, channel, ts);
CREATE INDEX IF NOT EXISTS answers_by_user ON answers (team, user, at);
CREATE TABLE IF NOT EXISTS others (
    team TEXT, channel TEXT, thread TEXT, at REAL, PRIMARY KEY (team, channel, thread)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT, user TEXT, rating TEXT, comment TEXT, question TEXT, body TEXT, at REAL,
    PRIMARY KEY (answer, user)) WITHOUT ROWID;
"""
_ASK = "team, channel, ts, user, thread, text, kind, version, response_url, shared"
WAITING, WORKING, DONE = "waiting", "working", "done"


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as it was given; `body` is its JSON form (`bot.json_output.answer_json`)."""

    id: str
    team: str
    channel: str
    thread: str
    ts: str
    user: str
    question: str
    body: dict[str, Any]
    at: float
    handed: bool


class Database:
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
            self._db.executescript(_TABLES)
            if "tries" not in {row[1] for row in self._db.execute("PRAGMA table_info (asks)")}:
                # A file of an earlier version.
                self._db.execute("ALTER TABLE asks ADD COLUMN tries INTEGER NOT NULL DEFAULT 0")
        except (OSError, sqlite3.Error) as error:
            msg = f"{home / FILE} cannot be opened: {error}; check the folder, or move the file away."
            raise RecordUnreadable(msg) from error
        self._lock = Lock()

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def claim(self, ask: SlackQuestion) -> bool:
        """Write a question down as waiting; False where it was there already."""
        with self._writing() as db:
            done = db.execute(
                f"INSERT OR IGNORE INTO asks ({_ASK}, state, received) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (*_columns(ask), WAITING, time.time()),
            )
            return done.rowcount == 1

    def revise(self, ask: SlackQuestion) -> bool:
        """A question says something else now, and waits again; False where that is known, or nobody asked."""
        with self._writing() as db:
            done = db.execute(
                "UPDATE asks SET text = ?, kind = ?, version = ?, state = ?, tries = 0 "
                "WHERE team = ? AND channel = ? AND ts = ? AND version < ? AND text <> ?",
                (ask.text, ask.kind, ask.version, WAITING, *ask.key, ask.version, ask.text),
            )
            return done.rowcount == 1

    def begin(self, key: tuple[str, str, str]) -> tuple[SlackQuestion, str] | None:
        """Mark a waiting question as being worked on; it and the ts of its reply. None where none waits."""
        with self._writing() as db:
            changed = db.execute(
                "UPDATE asks SET state = ?, tries = tries + 1 "
                "WHERE team = ? AND channel = ? AND ts = ? AND state = ?",
                (WORKING, *key, WAITING),
            )
            if changed.rowcount != 1:
                return None
            row = db.execute(
                f"SELECT {_ASK}, reply FROM asks WHERE team = ? AND channel = ? AND ts = ?", key
            ).fetchone()
            return _ask(row[:-1]), row[-1]

    def replied(self, key: tuple[str, str, str], reply: str) -> None:
        """Remember which message holds the reply."""
        with self._writing() as db:
            db.execute("UPDATE asks SET reply = ? WHERE team = ? AND channel = ? AND ts = ?", (reply, *key))

    def finish(self, key: tuple[str, str, str], version: str) -> bool:
        """Mark a question as dealt with; False where it was edited meanwhile, and waits again."""
        with self._writing() as db:
            done = db.execute(
                "UPDATE asks SET state = ? WHERE team = ? AND channel = ? AND ts = ? AND version = ?",
                (DONE, *key, version),
            )
            return done.rowcount == 1

    def drop(self, key: tuple[str, str, str]) -> None:
        """A question that waits is not to be answered any more."""
        with self._writing() as db:
            db.execute(
                "UPDATE asks SET state = ? WHERE team = ? AND channel = ? AND ts = ? AND state = ?",
                (DONE, *key, WAITING),
            )

    def withdraw(self, key: tuple[str, str, str]) -> tuple[str, str] | None:
        """A question was deleted: its words and answer go. Its thread and its reply's ts; None if unknown."""
        with self._writing() as db:
            row = db.execute(
                "SELECT thread, reply FROM asks WHERE team = ? AND channel = ? AND ts = ?", key
            ).fetchone()
            if row is None:
                return None
            # The version ends all edits: a late one must not bring the question back.
            db.execute(
                "UPDATE asks SET state = ?, text = '', version = '~' "
                "WHERE team = ? AND channel = ? AND ts = ?",
                (DONE, *key),
            )
            db.execute("DELETE FROM answers WHERE team = ? AND channel = ? AND ts = ?", key)
            return row[0], row[1]

    def unfinished(self) -> list[tuple[SlackQuestion, str, int]]:
        """Questions that a process left, oldest first, each with its state and how often it was tried."""
        rows = self._db.execute(
            f"SELECT {_ASK}, state, tries FROM asks WHERE state IN (?, ?) ORDER BY received",
            (WAITING, WORKING),
        )
        return [(_ask(row[:-2]), row[-2], row[-1]) for row in rows]

    def spare(self, keys: Iterable[tuple[str, str, str]]) -> None:
        """Do not count the try that these questions are at: the process ends because it was told to."""
        with self._writing() as db:
            db.executemany(
                "UPDATE asks SET tries = max(0, tries - 1) WHERE team = ? AND channel = ? AND ts = ?",
                list(keys),
            )

    def again(self, key: tuple[str, str, str]) -> None:
        """Let a question wait once more."""
        with self._writing() as db:
            db.execute("UPDATE asks SET state = ? WHERE team = ? AND channel = ? AND ts = ?", (WAITING, *key))

    def replies_in(self, team: str, channel: str, thread: str) -> set[str]:
        """The messages in a thread that are known to be replies."""
        rows = self._db.execute(
            "SELECT reply FROM asks WHERE team = ? AND channel = ? AND thread = ? AND reply <> ''",
            (team, channel, thread),
        )
        return {row[0] for row in rows}

    def in_thread(self, team: str, channel: str, thread: str, state: str) -> list[tuple[str, str, str]]:
        """The questions of a thread that are in a state."""
        rows = self._db.execute(
            "SELECT team, channel, ts FROM asks WHERE team = ? AND channel = ? AND thread = ? AND state = ?",
            (team, channel, thread, state),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def is_ours(self, team: str, channel: str, thread: str, user: str) -> bool:
        """Whether `user` was answered in the thread and nobody else has spoken there since."""
        asked = self._db.execute(
            "SELECT max(received) FROM asks WHERE team = ? AND channel = ? AND thread = ? AND user = ?",
            (team, channel, thread, user),
        ).fetchone()[0]
        if asked is None:
            return False
        other = self._db.execute(
            "SELECT at FROM others WHERE team = ? AND channel = ? AND thread = ?", (team, channel, thread)
        ).fetchone()
        return other is None or other[0] < asked

    def spoke(self, team: str, channel: str, thread: str, user: str) -> None:
        """Somebody said something in a thread; it matters where it is not the person who asked there."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO others SELECT ?, ?, ?, ? WHERE EXISTS "
                "(SELECT 1 FROM asks WHERE team = ? AND channel = ? AND thread = ? AND user <> ?)",
                (team, channel, thread, time.time(), team, channel, thread, user),
            )

    def asked_lately(self, user: str, seconds: float) -> int:
        """How many questions a person asked in the last `seconds`."""
        row = self._db.execute(
            "SELECT count(*) FROM asks WHERE user = ? AND received > ?", (user, time.time() - seconds)
        ).fetchone()
        return int(row[0])

    def keep(self, ask: SlackQuestion, body: dict[str, Any]) -> str:
        """Keep an answer, in place of an earlier one to the same question; its id."""
        id_ = secrets.token_hex(8)
        with self._writing() as db:
            db.execute("DELETE FROM answers WHERE team = ? AND channel = ? AND ts = ?", ask.key)
            db.execute(
                "INSERT INTO answers (id, team, channel, thread, ts, user, question, body, at) "
                "VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    id_, ask.team, ask.channel, ask.thread, ask.ts, ask.user, ask.text,
                    json.dumps(body), time.time(),
                ),
            )  # fmt: skip
        return id_

    def given(self, id_: str) -> SavedAnswer | None:
        """An answer by its id."""
        return next(self._given("WHERE id = ?", (id_,)), None)

    def recent(self, team: str, user: str, most: int) -> list[SavedAnswer]:
        """What somebody asked last, newest first."""
        return list(self._given("WHERE team = ? AND user = ? ORDER BY at DESC LIMIT ?", (team, user, most)))

    def hand(self, id_: str) -> bool:
        """Mark a question as handed to a person; False where it was already."""
        with self._writing() as db:
            done = db.execute("UPDATE answers SET handed = 1 WHERE id = ? AND handed = 0", (id_,))
            return done.rowcount == 1

    def rate(self, given: SavedAnswer, user: str, rating: str, comment: str = "") -> None:
        """Keep what somebody thinks of an answer; a later word replaces an earlier one."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO feedback VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET rating = "
                "excluded.rating, comment = excluded.comment, at = excluded.at",
                (given.id, user, rating, comment, given.question, json.dumps(given.body), time.time()),
            )

    def feedback(self) -> Iterable[dict[str, Any]]:
        """All feedback, oldest first."""
        rows = self._db.execute(
            "SELECT answer, user, rating, comment, question, body, at FROM feedback ORDER BY at"
        )
        names = ("answer_id", "user", "rating", "comment", "question", "answer", "at")
        for row in rows:
            yield {**dict(zip(names, row, strict=True)), "answer": json.loads(row[5])}

    def forget_before(self, days: int) -> None:
        """Drop what is dealt with and older than `days`."""
        before = time.time() - days * _DAY
        with self._writing() as db:
            db.execute("DELETE FROM asks WHERE state = ? AND received < ?", (DONE, before))
            db.execute("DELETE FROM answers WHERE at < ?", (before,))
            db.execute("DELETE FROM others WHERE at < ?", (before,))

    def _given(self, where: str, values: tuple[Any, ...]) -> Iterator[SavedAnswer]:
        rows = self._db.execute(
            "SELECT id, team, channel, thread, ts, user, question, body, at, handed FROM answers " + where,
            values,
        )
        for row in rows:
            id_, team, channel, thread, ts, user, question, body, at, handed = row
            yield SavedAnswer(
                id_, team, channel, thread, ts, user, question, json.loads(body), at, bool(handed)
            )

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


def _columns(ask: SlackQuestion) -> tuple[Any, ...]:
    return (
        ask.team, ask.channel, ask.ts, ask.user, ask.thread, ask.text, ask.kind.value, ask.version,
        ask.response_url, int(ask.shared),
    )  # fmt: skip


def _ask(row: tuple[Any, ...]) -> SlackQuestion:
    team, channel, ts, user, thread, text, kind, version, response_url, shared = row
    return SlackQuestion(
        team, channel, ts, user, thread, text, EventKind(kind), version, response_url, bool(shared)
    )
