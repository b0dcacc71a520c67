"""Who was told what: each finding is told once, whichever process tells it and however often it is killed."""

import time
from collections.abc import Iterable

from bot.kept_answers.store import KeptAnswers

NEW, BEGUN, TOLD, VOID = "new", "begun", "told", "void"
_DAY = 86_400.0


class Telling(KeptAnswers):
    """The same, with what became of each finding: new, begun to be told, told, or not to be told."""

    def begin(self, numbers: Iterable[int]) -> bool:
        """Claim findings that nobody has begun to tell; False, and none of them, where somebody has."""
        wanted = list(numbers)
        query = "SELECT 1 FROM findings WHERE state <> ? AND number = ?"
        with self.writing() as db:
            if any(db.execute(query, (NEW, number)).fetchone() for number in wanted):
                return False
            db.executemany("UPDATE findings SET state = ? WHERE number = ?", [(BEGUN, n) for n in wanted])
        return True

    def end(self, numbers: Iterable[int], state: str, channel: str = "") -> None:
        """Findings were told in a channel, are not to be told, or are to be told after all."""
        now = time.time()
        with self.writing() as db:
            db.executemany(
                "UPDATE findings SET state = ?, channel = ?, told = ? WHERE number = ?",
                [(state, channel, now, number) for number in numbers],
            )

    def told_lately(self, channel: str) -> int:
        """How many messages said in a channel, within a day, that an answer no longer holds.

        What seems to be said in the future was said now: the clock was put back.
        """
        now = time.time()
        with self.writing() as db:
            (last,) = db.execute("SELECT max(told) FROM findings").fetchone()
            if (last or 0.0) > now:
                db.execute("UPDATE findings SET told = told - ? WHERE told > ?", (last - now, now))
            row = db.execute(
                "SELECT count(DISTINCT told) FROM findings WHERE state = ? AND channel = ? AND told > ?",
                (TOLD, channel, now - _DAY),
            ).fetchone()
        return int(row[0])

    def share(self, id_: str) -> None:
        """A private answer was shown to everyone where it was asked."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO shared SELECT id FROM answers WHERE id = ? ON CONFLICT DO NOTHING", (id_,)
            )

    def is_shared(self, id_: str) -> bool:
        """Whether it was."""
        with self.reading() as db:
            return db.execute("SELECT 1 FROM shared WHERE answer = ?", (id_,)).fetchone() is not None

    def toggle(self, channel: str) -> bool:
        """Say nothing of the kind in a channel from now on, or do so again; whether it is muted now."""
        with self.writing() as db:
            if db.execute("DELETE FROM muted WHERE channel = ?", (channel,)).rowcount:
                return False
            db.execute("INSERT INTO muted VALUES (?)", (channel,))
            return True

    def is_muted(self, channel: str) -> bool:
        """Whether nothing is to be said there."""
        with self.reading() as db:
            return db.execute("SELECT 1 FROM muted WHERE channel = ?", (channel,)).fetchone() is not None
