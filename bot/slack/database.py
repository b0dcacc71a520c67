"""What must outlive the process: claims on questions, answers that were given, feedback (`storage`).

A question is written down here before Slack is told that it arrived. What a process leaves unfinished is
taken up by the next, or by another (`replica_table`).
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from bot.slack.answer_table import AnswerTable, SavedAnswer
from bot.slack.question_table import (
    DONE,
    KEY,
    STOPPING,
    WAITING,
    WORKING,
    Key,
    Parts,
    QuestionTable,
    Revision,
)
from bot.slack.queue_table import QueueTable
from bot.slack.replica_table import ReplicaTable
from bot.slack.storage import FILE
from index.catalog.location import RecordLocation
from index.errors import RecordUnreachable

__all__ = ["DONE", "FILE", "WAITING", "WORKING", "Database", "Key", "Parts", "Revision", "SavedAnswer"]
_DAY = 86_400.0
# A file takes one writer; a server answers several at once.
_AT_ONCE = 4
_PAUSE = 0.5
T = TypeVar("T")


class Database(QuestionTable, QueueTable, ReplicaTable, AnswerTable):
    """All of it, and what goes from all tables at once."""

    def __init__(self, where: Path | RecordLocation) -> None:
        super().__init__(where)
        self._calls = ThreadPoolExecutor(_AT_ONCE if self.is_shared else 1, thread_name_prefix="database")

    async def do(self, call: Callable[..., T], *arguments: Any) -> T:
        """Make one of its calls off the loop; those of a file are made one after another."""
        return await asyncio.get_running_loop().run_in_executor(self._calls, call, *arguments)

    async def surely(self, seconds: float, call: Callable[..., T], *arguments: Any) -> T:
        """The same of a call that may be made twice; a server that is away is waited for so long."""
        end = time.monotonic() + seconds
        while True:
            try:
                return await self.do(call, *arguments)
            except RecordUnreachable:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(_PAUSE)

    def close(self) -> None:
        """Give it back, once what was begun is written; what is held is another's now."""
        self._calls.shutdown()
        self.retire()
        super().close()

    def withdraw(self, key: Key) -> tuple[str, Parts] | None:
        """A question was deleted: its words, answer and feedback go.

        Its thread, and the reply, unless somebody else is at it, who takes that back; None if it is new.
        """
        with self._writing() as db:
            row = db.execute(
                f"SELECT thread, reply, state IN (?, ?) AND holder <> ? AND {self._lives()} FROM asks "
                f"WHERE {KEY} {self._one_row}",
                (WORKING, STOPPING, self.holder, self.holder, *key),
            ).fetchone()
            if row is None:
                return None
            # The version ends all edits: a late one must not bring the question back.
            db.execute(
                "UPDATE asks SET state = ?, text = '', context = '', version = '~', queued = 0, "
                f"holder = CASE WHEN ? THEN holder ELSE '' END WHERE {KEY}",
                (DONE, bool(row[2]), *key),
            )
            db.execute(f"DELETE FROM answers WHERE {KEY}", key)
            db.execute("DELETE FROM feedback WHERE ask = ?", (" ".join(key),))
        self._forget_log()
        return row[0], () if row[2] else tuple(row[1].split())

    def people(self) -> list[str]:
        """Everybody of whom there is a question or feedback, by id."""
        with self._reading() as db:
            rows = db.execute(
                'SELECT "user" FROM asks UNION SELECT "user" FROM answers UNION SELECT "user" FROM feedback'
            ).fetchall()
        return [user for (user,) in rows]

    def forget_person(self, user: str) -> list[tuple[Key, str]]:
        """Drop a person's questions, their answers and all feedback on them, and the person's own feedback.

        Returns the key and the thread of each question. A reply that stands in Slack stays there.
        """
        with self._writing() as db:
            asked = db.execute(
                'SELECT team, channel, ts, thread FROM asks WHERE "user" = ?', (user,)
            ).fetchall()
            for team, channel, ts, _ in asked:
                db.execute("DELETE FROM feedback WHERE ask = ?", (f"{team} {channel} {ts}",))
            for table in ("feedback", "answers", "asks", "turns"):
                db.execute(f'DELETE FROM {table} WHERE "user" = ?', (user,))
        self._forget_log()
        return [((team, channel, ts), thread) for team, channel, ts, thread in asked]

    def forget_before(self, days: int) -> None:
        """Drop what is dealt with and older than `days`, feedback too."""
        before = time.time() - days * _DAY
        with self._writing() as db:
            db.execute("DELETE FROM asks WHERE state = ? AND received < ?", (DONE, before))
            db.execute("DELETE FROM answers WHERE at < ?", (before,))
            db.execute("DELETE FROM others WHERE at < ?", (before,))
            db.execute("DELETE FROM feedback WHERE at < ?", (before,))
            db.execute("DELETE FROM turns WHERE at < ?", (before,))
        self._forget_log()
