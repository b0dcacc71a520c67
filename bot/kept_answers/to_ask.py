"""Which kept questions are still to be asked again: on disk, so that one who is cut off loses none."""

import json
from collections.abc import Sequence

from bot.kept_answers.file import KeptFile
from bot.kept_answers.store import Looked, set_looked
from bot.kept_answers.types import Touched


class ToAsk(KeptFile):
    """The same file, with the questions that new chunks touch and that were not asked again yet."""

    def add(self, touched: Sequence[Touched], looked: Looked) -> None:
        """All was looked over up to there, but that these are to be asked again.

        One that is there already stays, with the chunks of both.
        """
        with self.writing() as db:
            for one in touched:
                query = "SELECT likely, since, chunks FROM to_ask WHERE answer = ?"
                likely, row, chunks = db.execute(query, (one.id,)).fetchone() or (0.0, one.row, "[]")
                rows = json.dumps(list(dict.fromkeys([*one.rows, *json.loads(chunks)])))
                db.execute("DELETE FROM to_ask WHERE answer = ?", (one.id,))
                if db.execute("SELECT 1 FROM answers WHERE id = ?", (one.id,)).fetchone():
                    values = (one.id, max(likely, one.likely), min(row, one.row), rows)
                    db.execute("INSERT INTO to_ask VALUES (?, ?, ?, ?)", values)
            set_looked(db, looked)

    def all(self) -> list[Touched]:
        """The likeliest first."""
        with self.reading() as db:
            rows = db.execute("SELECT answer, likely, since, chunks FROM to_ask ORDER BY likely DESC, answer")
            return [Touched(id_, likely, row, tuple(json.loads(some))) for id_, likely, row, some in rows]

    def done(self, some: Sequence[Touched]) -> None:
        """They were asked again; one that was touched once more meanwhile stays."""
        with self.writing() as db:
            db.executemany(
                "DELETE FROM to_ask WHERE answer = ? AND since = ? AND chunks = ?",
                [(one.id, one.row, json.dumps(one.rows)) for one in some],
            )

    def count(self) -> int:
        """How many there are."""
        with self.reading() as db:
            return int(db.execute("SELECT count(*) FROM to_ask").fetchone()[0])
