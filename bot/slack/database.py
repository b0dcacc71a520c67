"""What must outlive the process: claims on questions, answers that were given, feedback. One SQLite file.

A question is written down here before Slack is told that it arrived. What a killed process leaves unfinished
is taken up by the next (`unfinished`).
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from bot.slack.answer_table import AnswerTable, SavedAnswer
from bot.slack.question_table import DONE, WAITING, WORKING, Parts, QuestionTable
from bot.slack.sqlite_file import FILE

__all__ = ["DONE", "FILE", "WAITING", "WORKING", "Database", "Parts", "SavedAnswer"]
_DAY = 86_400.0
T = TypeVar("T")


class Database(QuestionTable, AnswerTable):
    """All of it, and what goes from all tables at once."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def do(self, call: Callable[..., T], *arguments: Any) -> T:
        """Make one of its calls off the loop; they are made one after another."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, call, *arguments)

    def close(self) -> None:
        """Give the file back, once what was begun is written."""
        self._disk.shutdown()
        super().close()

    def withdraw(self, key: tuple[str, str, str]) -> tuple[str, Parts] | None:
        """A question was deleted: its words, answer and feedback go. Its thread and reply; None if new."""
        with self._writing() as db:
            row = db.execute(
                "SELECT thread, reply FROM asks WHERE team = ? AND channel = ? AND ts = ?", key
            ).fetchone()
            if row is None:
                return None
            # The version ends all edits: a late one must not bring the question back.
            db.execute(
                "UPDATE asks SET state = ?, text = '', context = '', version = '~' "
                "WHERE team = ? AND channel = ? AND ts = ?",
                (DONE, *key),
            )
            db.execute("DELETE FROM answers WHERE team = ? AND channel = ? AND ts = ?", key)
            db.execute("DELETE FROM feedback WHERE ask = ?", (" ".join(key),))
        self._forget_log()
        return row[0], tuple(row[1].split())

    def people(self) -> list[str]:
        """Everybody of whom there is a question or feedback, by id."""
        rows = self._db.execute(
            "SELECT user FROM asks UNION SELECT user FROM answers UNION SELECT user FROM feedback"
        )
        return [user for (user,) in rows]

    def forget_person(self, user: str) -> list[tuple[tuple[str, str, str], str]]:
        """Drop a person's questions, their answers and all feedback on them, and the person's own feedback.

        Returns the key and the thread of each question. A reply that stands in Slack stays there.
        """
        with self._writing() as db:
            asked = db.execute(
                "SELECT team, channel, ts, thread FROM asks WHERE user = ?", (user,)
            ).fetchall()
            db.execute("DELETE FROM feedback WHERE user = ?", (user,))
            for team, channel, ts, _ in asked:
                db.execute("DELETE FROM feedback WHERE ask = ?", (f"{team} {channel} {ts}",))
            db.execute("DELETE FROM answers WHERE user = ?", (user,))
            db.execute("DELETE FROM asks WHERE user = ?", (user,))
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
        self._forget_log()
