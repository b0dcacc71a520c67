"""The kept answers of a record: what was asked, what was quoted, and what was found out since.

They are in a file beside it, or in its database. Every call is one transaction of its own: any number of
threads and processes may use it. What was found out is written together with what was looked at, so that a
process that is killed says nothing twice.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.kept_answers.rows import answer_of, body_of, finding_of, query_json, quote_of, row_of
from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind
from index.catalog.location import RecordLocation, located
from index.errors import KeptUnreadable
from index.postgresql.tables import Connection, Tables

FILE = "kept_answers.sqlite3"
_IN_DATABASE = "onrecord_kept_answers"
_SCHEMA = 1
_BUSY_SECONDS = 30.0
_DAY = 86_400.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, place TEXT NOT NULL, query TEXT NOT NULL, said TEXT NOT NULL, command TEXT NOT NULL,
    waits INTEGER NOT NULL, at REAL NOT NULL, model TEXT NOT NULL DEFAULT '', vector BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_place ON answers (place);
CREATE TABLE IF NOT EXISTS quotes (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, n INTEGER NOT NULL, article TEXT NOT NULL,
    revision TEXT NOT NULL, quote TEXT NOT NULL, PRIMARY KEY (answer, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quotes_by_article ON quotes (article, revision);
CREATE TABLE IF NOT EXISTS findings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, kind TEXT NOT NULL, subject TEXT NOT NULL,
    weight INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',      -- of telling: new, begun, told, void
    channel TEXT NOT NULL DEFAULT '', told REAL NOT NULL DEFAULT 0,
    UNIQUE (answer, kind, subject));
CREATE INDEX IF NOT EXISTS findings_by_state ON findings (state);
CREATE TABLE IF NOT EXISTS shared (
    answer TEXT PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS muted (channel TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looked (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
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


class KeptAnswers:
    """Those of a record. Raises KeptUnreadable, here and in every method, where its file cannot be used.

    RecordError where its database cannot.
    """

    def __init__(self, where: Path | RecordLocation) -> None:
        """Open the file, or make it, readable by its owner alone; or the tables of the record's database."""
        record = located(where)
        home = record.home
        self.path = home / FILE
        self.name = str(self.path)
        self._tables: Tables | None = None
        if record.database:
            # Much is looked at and then written: writers take turns, as in the file.
            self._tables = Tables(record.database, _IN_DATABASE, _SCHEMA, _TABLES, one_writer=True)
            self.name = self._tables.name
            return
        with self._translated():
            home.mkdir(parents=True, exist_ok=True)
            # What people asked is nobody else's to read; SQLite gives its other files the same mode.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(self._connect()) as db:
                self._prepare(db)

    @staticmethod
    def exists(where: Path | RecordLocation) -> bool:
        """Whether anything was ever kept beside this record."""
        record = located(where)
        if record.database:
            return Tables.exist(record.database, _IN_DATABASE)
        return (record.home / FILE).is_file()

    def keep(self, answer: KeptAnswer, looked: Looked) -> None:
        """Keep an answer, in place of those that were kept with the same id, or at the same place in Slack.

        `looked` is where the record is at: a file that is new has nothing to look at before that.
        """
        with self._writing() as db:
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
                _set_looked(db, looked)

    def forget(self, *, id_: str = "", place: str = "") -> bool:
        """Forget an answer, by its id or its place, with what was found out; whether there was one."""
        with self._writing() as db:
            gone = db.execute("DELETE FROM answers WHERE (id = ? OR place = ?)", (id_, place or None))
            return gone.rowcount > 0

    def forget_all(self, place: str) -> int:
        """Forget what was kept at places that begin with `place`; how many answers and questions."""
        with self._writing() as db:
            gone = db.execute("DELETE FROM answers WHERE substr(place, 1, ?) = ?", (len(place), place))
            return gone.rowcount

    def expire(self, place: str, days: int) -> None:
        """Forget what was kept at places that begin with `place` more than `days` ago."""
        with self._writing() as db:
            db.execute(
                "DELETE FROM answers WHERE at < ? AND substr(place, 1, ?) = ?",
                (time.time() - days * _DAY, len(place), place),
            )

    def get(self, id_: str) -> KeptAnswer | None:
        """An answer by its id."""
        return next(iter(self._answers("WHERE id = ?", (id_,))), None)

    def waiting(self, place: str = "") -> list[KeptAnswer]:
        """The questions that wait for an answer, oldest first, at places that begin with `place`."""
        return self._answers(
            "WHERE waits = 1 AND substr(place, 1, ?) = ? ORDER BY at, id", (len(place), place)
        )

    def count(self) -> tuple[int, int]:
        """How many answers are kept, and how many questions wait for one."""
        with self._reading() as db:
            row = db.execute("SELECT count(*), coalesce(sum(waits), 0) FROM answers").fetchone()
        return int(row[0]) - int(row[1]), int(row[1])

    def looked(self) -> Looked | None:
        """How far the answers were looked over; None before anything was kept."""
        with self._reading() as db:
            kept = dict(db.execute("SELECT key, value FROM looked"))
        return Looked(kept["generation"], kept["row"]) if kept else None

    def look_until(self, looked: Looked) -> None:
        """All was looked over up to here."""
        with self._writing() as db:
            _set_looked(db, looked)

    def revisions(self) -> dict[str, set[str]]:
        """The articles that are quoted, each with the revisions in which it was last looked at."""
        found: dict[str, set[str]] = {}
        with self._reading() as db:
            for article, revision in db.execute("SELECT DISTINCT article, revision FROM quotes"):
                found.setdefault(article, set()).add(revision)
        return found

    def quotes_of(self, article: str, revision: str) -> list[tuple[str, KeptQuote]]:
        """The quotes from an article that were not looked at in this revision, each with its answer's id."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT answer, n, article, revision, quote FROM quotes WHERE article = ? AND revision <> ?",
                (article, revision),
            ).fetchall()
        return [(row[0], quote_of(row[1:])) for row in rows]

    def settle(
        self, quotes: Iterable[tuple[str, KeptQuote]], findings: Iterable[Finding], at: float | None = None
    ) -> int:
        """Keep quotes as they were looked at, and what is new of what was found; how much of it is new."""
        now = time.time() if at is None else at
        with self._writing() as db:
            for id_, quote in quotes:
                _, n, article, revision, stored = row_of(id_)(quote)
                db.execute(
                    "UPDATE quotes SET article = ?, revision = ?, quote = ? WHERE answer = ? AND n = ?",
                    (article, revision, stored, id_, n),
                )
            return sum(_add(db, finding, now) for finding in findings)

    def answered(self, finding: Finding, said: str, quotes: Sequence[KeptQuote]) -> int:
        """A question that waited is answered, by these quotes, and is kept like any other from now on."""
        with self._writing() as db:
            waits = db.execute(
                "UPDATE answers SET waits = 0, said = ? WHERE id = ? AND waits = 1", (said, finding.kept_id)
            )
            if waits.rowcount != 1:
                return 0
            db.executemany("INSERT INTO quotes VALUES (?,?,?,?,?)", map(row_of(finding.kept_id), quotes))
            return int(_add(db, finding, time.time()))

    def hold(self, revisions: Mapping[str, str]) -> None:
        """Take the record as it is, without judging it: it was put back from a backup."""
        with self._writing() as db:
            for (article,) in db.execute("SELECT DISTINCT article FROM quotes").fetchall():
                revision = revisions.get(article, "")
                db.execute("UPDATE quotes SET revision = ? WHERE article = ?", (revision, article))

    def questions(self, model: str) -> list[tuple[KeptAnswer, bytes | None]]:
        """Every question, with its vector by `model` where that is stored; without the quotes."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT id, place, query, said, command, at, CASE model WHEN ? THEN vector END FROM answers",
                (model,),
            ).fetchall()
        return [(answer_of(row[:6]), row[6]) for row in rows]

    def remember_vectors(self, model: str, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Keep the vectors of questions."""
        with self._writing() as db:
            db.executemany(
                "UPDATE answers SET model = ?, vector = ? WHERE id = ?",
                [(model, vector, id_) for id_, vector in vectors],
            )

    def findings(self, since: float = 0.0, state: str = "") -> list[tuple[Finding, KeptAnswer]]:
        """What was found out since then, oldest first, each with its answer; by default all of it."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT number, answer, kind, at, body FROM findings WHERE at >= ? AND state LIKE ? "
                "ORDER BY number",
                (since, state or "%"),
            ).fetchall()
        found = {one.id: one for one in self._answers("WHERE id IN (SELECT answer FROM findings)", ())}
        return [(finding_of(row), found[row[1]]) for row in rows if row[1] in found]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._tables:
            with self._translated(), self._tables.writing() as shared:
                yield shared
            return
        with self._translated(), closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._tables:
            with self._translated(), self._tables.reading() as shared:
                yield shared
            return
        with self._translated(), closing(self._connect()) as db:
            yield db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA foreign_keys = ON")
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > _SCHEMA:
            msg = (
                f"The kept answers in {self.path} were written by a newer version of On Record; "
                "upgrade, or move the file away."
            )
            raise KeptUnreadable(msg)
        if version < _SCHEMA:
            # Several processes may make a new file at once; each step does nothing the second time.
            db.executescript(_TABLES)
            db.execute(f"PRAGMA user_version = {_SCHEMA}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
            remedy = "restore a backup" if self._tables else "move the file away"
            msg = f"The kept answers in {self.name} cannot be used: {error}; {remedy}."
            raise KeptUnreadable(msg) from error

    def _answers(self, where: str, values: tuple[Any, ...]) -> list[KeptAnswer]:
        with self._reading() as db:
            query = f"SELECT id, place, query, said, command, at FROM answers {where}"  # noqa: S608 (ours)
            rows = db.execute(query, values)
            return [answer_of(row, _quotes(db, row[0])) for row in rows.fetchall()]


def _set_looked(db: Connection, looked: Looked) -> None:
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
