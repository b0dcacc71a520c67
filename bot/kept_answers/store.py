"""The kept answers of a record: what was asked, what was quoted, and what was found out since.

They are in a file beside it, or in its database. Every call is one transaction of its own: any number of
threads and processes may use it. What was found out is written together with what was looked at, so that a
process that is killed says nothing twice.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.kept_answers.file import KeptFile
from bot.kept_answers.rows import (
    answer_of,
    body_of,
    finding_of,
    query_json,
    quote_of,
    row_of,
    text_of_query_json,
)
from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind, newest_day
from index.statements import Connection

_DAY = 86_400.0
# Who was told of the heavier need not be told of the lighter, nor twice of the same.
_WEIGHT = {
    Kind.NOW_ON_RECORD: 0, Kind.CORRECTED: 1, Kind.SUPERSEDED: 1, Kind.CHANGED: 2, Kind.WITHDRAWN: 3,
    Kind.GONE: 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """How far the kept answers were looked over: the record's generation, and its last chunk row."""

    generation: int
    row: int


class KeptAnswers(KeptFile):
    """What is kept beside a record. Raises KeptUnreadable in every method where its file cannot be used."""

    def keep(self, answer: KeptAnswer, looked: Looked) -> None:
        """Keep an answer, in place of those that were kept with the same id, or at the same place in Slack.

        `looked` is where the record is at: a file that is new has nothing to look at before that.
        """
        with self.writing() as db:
            db.execute("DELETE FROM answers WHERE id = ?", (answer.id,))
            if " " in answer.place:
                db.execute("DELETE FROM answers WHERE place = ?", (answer.place,))
            db.execute(
                "INSERT INTO answers (id, place, query, said, command, waits, at) VALUES (?,?,?,?,?,?,?)",
                (
                    answer.id, answer.place, query_json(answer.query), answer.said, answer.command,
                    int(answer.waits), answer.at,
                ),
            )  # fmt: skip
            db.executemany("INSERT INTO quotes VALUES (?,?,?,?,?)", map(row_of(answer.id), answer.quotes))
            if db.execute("SELECT 1 FROM looked").fetchone() is None:
                set_looked(db, looked)

    def forget(self, *, id_: str = "", place: str = "") -> bool:
        """Forget an answer, by its id or its place, with what was found out; whether there was one."""
        with self.writing() as db:
            gone = db.execute("DELETE FROM answers WHERE (id = ? OR place = ?)", (id_, place or None))
            return gone.rowcount > 0

    def forget_all(self, place: str) -> int:
        """Forget what was kept at places that begin with `place`; how many answers and questions."""
        with self.writing() as db:
            gone = db.execute("DELETE FROM answers WHERE substr(place, 1, ?) = ?", (len(place), place))
            return gone.rowcount

    def expire(self, place: str, days: int) -> None:
        """Forget what was kept at places that begin with `place` more than `days` ago.

        It must have been so for a day: a clock that jumps ahead, and is put right, takes nothing along.
        """
        now = time.time()
        old = "SELECT id FROM answers WHERE at < ? AND substr(place, 1, ?) = ?"
        those = (now - days * _DAY, len(place), place)
        here = "answer IN (SELECT id FROM answers WHERE substr(place, 1, ?) = ?)"
        with self.writing() as db:
            db.execute(
                f"DELETE FROM too_old WHERE {here} AND (at > ? OR answer NOT IN ({old}))",  # noqa: S608 (ours)
                (len(place), place, now, *those),
            )
            for (id_,) in db.execute(old, those).fetchall():
                db.execute("INSERT INTO too_old VALUES (?, ?) ON CONFLICT DO NOTHING", (id_, now))
            db.execute(
                f"DELETE FROM answers WHERE id IN (SELECT answer FROM too_old WHERE {here} AND at <= ?)",  # noqa: S608
                (len(place), place, now - _DAY),
            )

    def get(self, id_: str) -> KeptAnswer | None:
        """An answer by its id."""
        with self.reading() as db:
            return _get(db, id_)

    def waiting(self, place: str = "") -> list[KeptAnswer]:
        """The questions that wait for an answer, oldest first, at places that begin with `place`."""
        return self._answers(
            "WHERE waits = 1 AND substr(place, 1, ?) = ? ORDER BY at, id", (len(place), place)
        )

    def to_the_text(self, text: str, place: str) -> list[KeptAnswer]:
        """What is kept at this place for a question of these words, and runs no command, oldest first."""
        begins = text_of_query_json(text)
        return self._answers(
            "WHERE command = '' AND place = ? AND substr(query, 1, ?) = ? ORDER BY at, id",
            (place, len(begins), begins),
        )

    def count(self) -> tuple[int, int]:
        """How many answers are kept, and how many questions wait for one."""
        with self.reading() as db:
            row = db.execute("SELECT count(*), coalesce(sum(waits), 0) FROM answers").fetchone()
        return int(row[0]) - int(row[1]), int(row[1])

    def count_findings(self) -> dict[Kind, int]:
        """How much was found out, by kind."""
        with self.reading() as db:
            rows = db.execute("SELECT kind, count(*) FROM findings GROUP BY kind")
            return {Kind(kind): count for kind, count in rows}

    def looked(self) -> Looked | None:
        """How far the answers were looked over; None before anything was kept."""
        with self.reading() as db:
            kept = dict(db.execute("SELECT key, value FROM looked"))
        return Looked(kept["generation"], kept["row"]) if kept else None

    def revisions(self) -> dict[str, set[str]]:
        """The articles that are quoted, each with the revisions in which it was last looked at."""
        found: dict[str, set[str]] = {}
        with self.reading() as db:
            for article, revision in db.execute("SELECT DISTINCT article, revision FROM quotes"):
                found.setdefault(article, set()).add(revision)
        return found

    def quotes_of(self, revisions: Mapping[str, str]) -> list[tuple[str, KeptQuote]]:
        """The quotes from these articles not looked at in these revisions, each with its answer's id."""
        with self.reading() as db:
            rows = [
                row
                for article, revision in revisions.items()
                for row in db.execute(
                    "SELECT answer, n, article, revision, quote FROM quotes "
                    "WHERE article = ? AND revision <> ?",
                    (article, revision),
                ).fetchall()
            ]
        return [(row[0], quote_of(row[1:])) for row in rows]

    def settle(
        self, quotes: Iterable[tuple[str, KeptQuote]], findings: Iterable[Finding], at: float | None = None
    ) -> int:
        """Keep quotes as they were looked at, and what is new of what was found; how much of it is new."""
        now = time.time() if at is None else at
        with self.writing() as db:
            for id_, quote in quotes:
                _, n, article, revision, stored = row_of(id_)(quote)
                db.execute(
                    "UPDATE quotes SET article = ?, revision = ?, quote = ? WHERE answer = ? AND n = ?",
                    (article, revision, stored, id_, n),
                )
            return sum(_add(db, finding, now) for finding in findings)

    def answered(self, finding: Finding, said: str, quotes: Sequence[KeptQuote]) -> int:
        """A question that waited is answered, by these quotes, and is kept like any other from now on."""
        with self.writing() as db:
            waits = db.execute(
                "UPDATE answers SET waits = 0, said = ? WHERE id = ? AND waits = 1", (said, finding.kept_id)
            )
            if waits.rowcount != 1:
                return 0
            db.executemany("INSERT INTO quotes VALUES (?,?,?,?,?)", map(row_of(finding.kept_id), quotes))
            return int(_add(db, finding, time.time()))

    def hold(self, revisions: Mapping[str, str], looked: Looked) -> None:
        """Take the record as it is, without judging it: it was put back from a backup."""
        with self.writing() as db:
            for (article,) in db.execute("SELECT DISTINCT article FROM quotes").fetchall():
                revision = revisions.get(article, "")
                db.execute("UPDATE quotes SET revision = ? WHERE article = ?", (revision, article))
            db.execute("DELETE FROM to_ask")
            set_looked(db, looked)

    def questions(self, model: str) -> list[tuple[KeptAnswer, bytes | None, str | None]]:
        """Every question without its quotes, its vector by `model` where that is stored, and a day.

        The day is that of the article that is quoted first, None where none is, "" where it is undated.
        """
        with self.reading() as db:
            rows = db.execute(
                "SELECT id, place, query, said, command, at, CASE model WHEN ? THEN vector END FROM answers",
                (model,),
            ).fetchall()
            first = db.execute(
                "SELECT answer, n, article, revision, quote FROM quotes q WHERE n = "
                "(SELECT min(n) FROM quotes WHERE answer = q.answer)"
            )
            days = {row[0]: newest_day(quote_of(row[1:])) for row in first}
        return [(answer_of(row[:6]), row[6], days.get(row[0])) for row in rows]

    def remember_vectors(self, model: str, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Keep the vectors of questions."""
        with self.writing() as db:
            db.executemany(
                "UPDATE answers SET model = ?, vector = ? WHERE id = ?",
                [(model, vector, id_) for id_, vector in vectors],
            )

    def findings(self, since: float = 0.0, state: str = "") -> list[tuple[Finding, KeptAnswer]]:
        """What was found out since then, oldest first, each with its answer; by default all of it."""
        where, values = ("at >= ? AND state = ?", (since, state)) if state else ("at >= ?", (since,))
        with self.reading() as db:
            rows = db.execute(
                f"SELECT number, answer, kind, at, body FROM findings WHERE {where} ORDER BY number",  # noqa: S608 (ours)
                values,
            ).fetchall()
            found = {id_: _get(db, id_) for id_ in {row[1] for row in rows}}
        return [(finding_of(row), one) for row in rows if (one := found[row[1]])]

    def _answers(self, where: str, values: tuple[Any, ...]) -> list[KeptAnswer]:
        with self.reading() as db:
            query = f"SELECT id, place, query, said, command, at FROM answers {where}"  # noqa: S608 (ours)
            rows = db.execute(query, values)
            return [answer_of(row, _quotes(db, row[0])) for row in rows.fetchall()]


def _get(db: Connection, id_: str) -> KeptAnswer | None:
    query = "SELECT id, place, query, said, command, at FROM answers WHERE id = ?"
    row = db.execute(query, (id_,)).fetchone()
    return answer_of(row, _quotes(db, id_)) if row else None


def set_looked(db: Connection, looked: Looked) -> None:
    """Within a transaction: all was looked over up to here."""
    values = [("generation", looked.generation), ("row", looked.row)]
    db.executemany(
        "INSERT INTO looked VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", values
    )


def _add(db: Connection, finding: Finding, at: float) -> bool:
    """Add what was found, unless its answer is forgotten, or the same or something heavier was found."""
    weight = _WEIGHT[finding.kind]
    known = db.execute(
        "SELECT 1 FROM answers WHERE id = ? AND NOT EXISTS (SELECT 1 FROM findings "
        "WHERE answer = answers.id AND (kind = ? AND subject = ? OR weight > ?))",
        (finding.kept_id, finding.kind, finding.subject, weight),
    ).fetchone()
    if known is None:
        return False
    db.execute(
        "INSERT INTO findings (answer, kind, subject, weight, at, body) VALUES (?,?,?,?,?,?)",
        (finding.kept_id, finding.kind.value, finding.subject, weight, at, body_of(finding)),
    )
    return True


def _quotes(db: Connection, id_: str) -> tuple[KeptQuote, ...]:
    query = "SELECT n, article, revision, quote FROM quotes WHERE answer = ? ORDER BY n"
    return tuple(map(quote_of, db.execute(query, (id_,)).fetchall()))
