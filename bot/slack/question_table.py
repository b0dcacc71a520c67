"""Questions as they were taken in: `WAITING`, `WORKING` or `DONE`, and who spoke in their threads since."""

import json
import time
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from bot.slack.events import Attachment, EventKind, SlackQuestion
from bot.slack.sqlite_file import SqliteFile

_ASK = "team, channel, ts, user, thread, text, kind, version, response_url, shared, context"
WAITING, WORKING, DONE = "waiting", "working", "done"
Parts = tuple[str, ...]


class QuestionTable(SqliteFile):
    """The questions."""

    def claim(self, ask: SlackQuestion) -> bool:
        """Write a question down as waiting; False where it was there already.

        In a channel that two workspaces share it is there already, too, where the other one claimed it.
        """
        with self._writing() as db:
            done = db.execute(
                f"INSERT OR IGNORE INTO asks ({_ASK}, state, received) SELECT ?,?,?,?,?,?,?,?,?,?,?,?,? "
                "WHERE NOT EXISTS (SELECT 1 FROM asks WHERE channel = ? AND ts = ?)",
                (*_columns(ask), WAITING, time.time(), ask.channel, ask.ts),
            )
            return done.rowcount == 1

    def revise(self, ask: SlackQuestion) -> bool:
        """A question says something else now, and waits again; False where that is known, or nobody asked."""
        with self._writing() as db:
            done = db.execute(
                "UPDATE asks SET text = ?, kind = ?, version = ?, context = ?, state = ?, tries = 0 "
                "WHERE team = ? AND channel = ? AND ts = ? AND version < ? AND text <> ?",
                (ask.text, ask.kind, ask.version, _context(ask), WAITING, *ask.key, ask.version, ask.text),
            )
            return done.rowcount == 1

    def begin(self, key: tuple[str, str, str]) -> tuple[SlackQuestion, Parts] | None:
        """Mark a waiting question as being worked on; it and the parts of its reply. None if none waits."""
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
            return _ask(row[:-1]), tuple(row[-1].split())

    def lean(self, ask: SlackQuestion) -> None:
        """Keep what a question was found to lean on, unless it was edited meanwhile."""
        with self._writing() as db:
            db.execute(
                "UPDATE asks SET text = ?, context = ? "
                "WHERE team = ? AND channel = ? AND ts = ? AND version = ?",
                (ask.text, _context(ask), *ask.key, ask.version),
            )

    def replied(self, key: tuple[str, str, str], parts: Parts) -> None:
        """Remember which messages hold the reply."""
        with self._writing() as db:
            db.execute(
                "UPDATE asks SET reply = ? WHERE team = ? AND channel = ? AND ts = ?", (" ".join(parts), *key)
            )

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

    def unfinished(self, team: str) -> list[tuple[SlackQuestion, str, int]]:
        """Questions that a process left, oldest first, each with its state and how often it was tried."""
        rows = self._db.execute(
            f"SELECT {_ASK}, state, tries FROM asks WHERE state IN (?, ?) AND team = ? ORDER BY received",
            (WAITING, WORKING, team),
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

    def reply_to(self, key: tuple[str, str, str]) -> Parts:
        """The messages that hold the reply to a question."""
        row = self._db.execute(
            "SELECT reply FROM asks WHERE team = ? AND channel = ? AND ts = ?", key
        ).fetchone()
        return tuple(row[0].split()) if row else ()

    def replies_in(self, team: str, channel: str, thread: str) -> set[str]:
        """The messages in a thread that are known to be replies."""
        rows = self._db.execute(
            "SELECT reply FROM asks WHERE team = ? AND channel = ? AND thread = ? AND reply <> ''",
            (team, channel, thread),
        )
        return {ts for row in rows for ts in row[0].split()}

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


def _columns(ask: SlackQuestion) -> tuple[Any, ...]:
    return (
        ask.team, ask.channel, ask.ts, ask.user, ask.thread, ask.text, ask.kind.value, ask.version,
        ask.response_url, int(ask.shared), _context(ask),
    )  # fmt: skip


def _context(ask: SlackQuestion) -> str:
    files = [astuple(file) for file in ask.files]
    return json.dumps([ask.said, files, ask.viewed]) if ask.said or files or ask.viewed[0] else ""


def _ask(row: tuple[Any, ...]) -> SlackQuestion:
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
