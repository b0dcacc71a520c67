"""Questions as they were taken in, and who spoke in their threads since.

A question is `WAITING` (held by who admits it, or in the queue), `WORKING` (held by who answers it),
`STOPPING` (and to be given up), or `DONE`.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import astuple
from enum import Enum
from typing import Any

from bot.slack.events import Attachment, EventKind, SlackQuestion
from bot.slack.storage import Storage

COLUMNS = 'team, channel, ts, "user", thread, text, kind, version, response_url, shared, context'
KEY = "team = ? AND channel = ? AND ts = ?"
WAITING, WORKING, STOPPING, DONE = "waiting", "working", "stopping", "done"
Key = tuple[str, str, str]
Parts = tuple[str, ...]


class Revision(Enum):
    """What became of an edit: nothing new, a question to be admitted again, or one that is worked on."""

    NONE = "none"
    WAITS = "waits"
    WORKED_ON = "worked on"


class QuestionTable(Storage):
    """The questions."""

    def claim(self, ask: SlackQuestion) -> bool:
        """Write a question down as waiting; False where it was there already.

        In a channel that two workspaces share it is there already, too, where the other one claimed it.
        """
        with self._writing() as db:
            done = db.execute(
                f"INSERT INTO asks ({COLUMNS}, state, received, holder) SELECT ?,?,?,?,?,?,?,?,?,?,?,?,?,? "
                "WHERE NOT EXISTS (SELECT 1 FROM asks WHERE channel = ? AND ts = ?) ON CONFLICT DO NOTHING",
                (*_columns(ask), WAITING, time.time(), self.holder, ask.channel, ask.ts),
            )
            return done.rowcount == 1

    def revise(self, ask: SlackQuestion) -> Revision:
        """A question says something else now, and waits again.

        Where somebody is at it, they stop and see to it.
        """
        with self._writing() as db:
            row = db.execute(
                f"SELECT state, {self._lives()} FROM asks "
                f"WHERE {KEY} AND version < ? AND text <> ? {self._one_row}",
                (self.holder, *ask.key, ask.version, ask.text),
            ).fetchone()
            if row is None:
                return Revision.NONE
            is_worked_on = row[0] in (WORKING, STOPPING) and bool(row[1])
            db.execute(
                f"UPDATE asks SET text = ?, kind = ?, version = ?, context = ?, state = ?, tries = 0, "
                f"queued = 0, resumed = ?, holder = CASE WHEN ? THEN holder ELSE ? END WHERE {KEY}",
                (
                    ask.text, ask.kind.value, ask.version, _context(ask), WAITING, int(is_worked_on),
                    is_worked_on, self.holder, *ask.key,
                ),
            )  # fmt: skip
            return Revision.WORKED_ON if is_worked_on else Revision.WAITS

    def lean(self, ask: SlackQuestion) -> None:
        """Keep what a question was found to lean on, unless it was edited meanwhile."""
        with self._writing() as db:
            db.execute(
                f"UPDATE asks SET text = ?, context = ? WHERE {KEY} AND version = ?",
                (ask.text, _context(ask), *ask.key, ask.version),
            )

    def replied(self, key: Key, parts: Parts) -> None:
        """Remember which messages hold the reply."""
        with self._writing() as db:
            db.execute(
                f"UPDATE asks SET reply = ? WHERE {KEY} AND holder = ?", (" ".join(parts), *key, self.holder)
            )

    def finish(self, key: Key, version: str, parts: Parts | None = None) -> bool:
        """Mark a question as dealt with, by these messages; False where it was edited, and waits again."""
        with self._writing() as db:
            done = db.execute(
                "UPDATE asks SET state = ?, holder = '', reply = coalesce(?, reply) "
                f"WHERE {KEY} AND version = ? AND holder = ?",
                (DONE, None if parts is None else " ".join(parts), *key, version, self.holder),
            )
            return done.rowcount == 1

    def reclaim(self, key: Key) -> SlackQuestion | None:
        """A question that was edited while it was worked on here; None where it is not to be answered."""
        with self._writing() as db:
            held = db.execute(
                f"UPDATE asks SET resumed = 0 WHERE {KEY} AND state = ? AND holder = ?",
                (*key, WAITING, self.holder),
            )
            if held.rowcount != 1:
                return None
            return ask_of(db.execute(f"SELECT {COLUMNS} FROM asks WHERE {KEY}", key).fetchone())

    def drop(self, key: Key) -> None:
        """A question that waits is not to be answered any more."""
        with self._writing() as db:
            db.execute(
                f"UPDATE asks SET state = ?, queued = 0, holder = '' WHERE {KEY} AND state = ?",
                (DONE, *key, WAITING),
            )

    def stop(self, key: Key) -> None:
        """Whoever is at a question is to stop."""
        with self._writing() as db:
            db.execute(f"UPDATE asks SET state = ? WHERE {KEY} AND state = ?", (STOPPING, *key, WORKING))

    def are_done(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the questions that are dealt with, or gone."""
        with self._reading() as db:
            open_ = f"SELECT 1 FROM asks WHERE {KEY} AND state <> ?"
            return [key for key in keys if db.execute(open_, (*key, DONE)).fetchone() is None]

    def reply_to(self, key: Key) -> Parts:
        """The messages that hold the reply to a question."""
        with self._reading() as db:
            row = db.execute(f"SELECT reply FROM asks WHERE {KEY}", key).fetchone()
        return tuple(row[0].split()) if row else ()

    def replies_in(self, team: str, channel: str, thread: str) -> set[str]:
        """The messages in a thread that are known to be replies."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT reply FROM asks WHERE team = ? AND channel = ? AND thread = ? AND reply <> ''",
                (team, channel, thread),
            ).fetchall()
        return {ts for row in rows for ts in row[0].split()}

    def in_thread(self, team: str, channel: str, thread: str, state: str) -> list[Key]:
        """The questions of a thread that are in a state."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT team, channel, ts FROM asks "
                "WHERE team = ? AND channel = ? AND thread = ? AND state = ?",
                (team, channel, thread, state),
            ).fetchall()
        return [(row[0], row[1], row[2]) for row in rows]

    def is_ours(self, team: str, channel: str, thread: str, user: str) -> bool:
        """Whether `user` was answered in the thread and nobody else has spoken there since."""
        with self._reading() as db:
            asked = db.execute(
                'SELECT max(received) FROM asks WHERE team = ? AND channel = ? AND thread = ? AND "user" = ?',
                (team, channel, thread, user),
            ).fetchone()[0]
            if asked is None:
                return False
            other = db.execute(
                "SELECT at FROM others WHERE team = ? AND channel = ? AND thread = ?", (team, channel, thread)
            ).fetchone()
        return other is None or other[0] < asked

    def spoke(self, team: str, channel: str, thread: str, user: str) -> None:
        """Somebody said something in a thread; it matters where it is not the person who asked there."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO others SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM asks "
                'WHERE team = ? AND channel = ? AND thread = ? AND "user" <> ?) '
                "ON CONFLICT (team, channel, thread) DO UPDATE SET at = excluded.at",
                (team, channel, thread, time.time(), team, channel, thread, user),
            )

    def asked_lately(self, user: str, seconds: float) -> int:
        """How many questions a person asked in the last `seconds`."""
        with self._reading() as db:
            row = db.execute(
                'SELECT count(*) FROM asks WHERE "user" = ? AND received > ?', (user, time.time() - seconds)
            ).fetchone()
        return int(row[0])


def _columns(ask: SlackQuestion) -> tuple[Any, ...]:
    return (
        ask.team, ask.channel, ask.ts, ask.user, ask.thread, ask.text, ask.kind.value, ask.version,
        ask.response_url, int(ask.shared), _context(ask),
    )  # fmt: skip


def _context(ask: SlackQuestion) -> str:
    files = [astuple(file) for file in ask.files]
    return json.dumps([ask.said, files, ask.viewed]) if ask.said or files or ask.viewed[0] else ""


def ask_of(row: tuple[Any, ...]) -> SlackQuestion:
    """The question of a row of `COLUMNS`."""
    team, channel, ts, user, thread, text, kind, version, response_url, shared, context = row
    # An earlier version kept less of it.
    said, files, viewed = ([*json.loads(context), ("", "")] if context else ((), (), ("", "")))[:3]
    if isinstance(files, int):
        # A still earlier one counted them.
        files = [("", "", "", 0)] * files
    return SlackQuestion(
        team, channel, ts, user, thread, text, EventKind(kind), version, response_url, bool(shared),
        tuple(said), tuple(Attachment(*file) for file in files), (viewed[0], viewed[1]),
    )  # fmt: skip
