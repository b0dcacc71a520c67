"""Answers as they were given, and what people thought of them."""

import json
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.slack.events import SlackQuestion
from bot.slack.storage import Storage


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

    @property
    def place(self) -> str:
        """The channel whose settings said from what it was answered."""
        return str(self.body.get("place") or self.channel)

    @property
    def articles(self) -> int:
        """How many articles were on record then."""
        return int(self.body.get("articles") or max(1, len(self.body["nearest"])))


class AnswerTable(Storage):
    """The answers."""

    def keep(self, ask: SlackQuestion, body: dict[str, Any]) -> str:
        """Keep an answer, in place of an earlier one to the same question; its id."""
        id_ = secrets.token_hex(8)
        with self._writing() as db:
            db.execute("DELETE FROM answers WHERE team = ? AND channel = ? AND ts = ?", ask.key)
            db.execute(
                'INSERT INTO answers (id, team, channel, thread, ts, "user", question, body, at) '
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

    def given_all(self, ids: Iterable[str]) -> dict[str, SavedAnswer]:
        """Those of these answers that are kept, by their ids."""
        wanted = list(ids)
        marks = ", ".join("?" * len(wanted))
        return {one.id: one for one in self._given(f"WHERE id IN ({marks})", tuple(wanted))}

    def recent(self, team: str, user: str, most: int) -> list[SavedAnswer]:
        """What somebody asked last, newest first."""
        return list(self._given('WHERE team = ? AND "user" = ? ORDER BY at DESC LIMIT ?', (team, user, most)))

    def begin_week(self, team: str, channel: str, week: str) -> bool:
        """Note that a channel is told of a week's gaps; False where it was told of that week, or a later."""
        with self._writing() as db:
            done = db.execute(
                "INSERT INTO weeks (team, channel, week) VALUES (?, ?, ?) ON CONFLICT (team, channel) "
                "DO UPDATE SET week = excluded.week WHERE weeks.week < excluded.week",
                (team, channel, week),
            )
            return done.rowcount == 1

    def forget_week(self, team: str, channel: str) -> None:
        """Telling it came to nothing: it may be tried again."""
        with self._writing() as db:
            db.execute("DELETE FROM weeks WHERE team = ? AND channel = ?", (team, channel))

    def given_since(self, at: float) -> list[SavedAnswer]:
        """What was answered, or refused, since a moment; the oldest first."""
        return list(self._given("WHERE at >= ? ORDER BY at", (at,)))

    def hand(self, id_: str) -> bool:
        """Mark a question as handed to a person; False where it was already."""
        with self._writing() as db:
            done = db.execute("UPDATE answers SET handed = 1 WHERE id = ? AND handed = 0", (id_,))
            return done.rowcount == 1

    def unhand(self, id_: str) -> None:
        """Handing a question on came to nothing: it may be tried again."""
        with self._writing() as db:
            db.execute("UPDATE answers SET handed = 0 WHERE id = ?", (id_,))

    def answered_by(self, team: str, channel: str, ts: str) -> SavedAnswer | None:
        """The answer that a message of ours is, or is a part of."""
        with self._reading() as db:
            row = db.execute(
                "SELECT answers.id FROM asks JOIN answers USING (team, channel, ts) "
                "WHERE team = ? AND channel = ? AND ' ' || reply || ' ' LIKE ?",
                (team, channel, f"% {ts} %"),
            ).fetchone()
        return self.given(row[0]) if row else None

    def rate(self, given: SavedAnswer, user: str, rating: str, comment: str = "") -> None:
        """Keep what somebody thinks of an answer; a later word replaces an earlier one."""
        with self._writing() as db:
            db.execute(
                'INSERT INTO feedback (answer, "user", rating, comment, question, body, at, ask) VALUES '
                '(?,?,?,?,?,?,?,?) ON CONFLICT (answer, "user") DO UPDATE SET rating = excluded.rating, '
                "comment = excluded.comment, at = excluded.at",
                (
                    given.id,
                    user,
                    rating,
                    comment,
                    given.question,
                    json.dumps(given.body),
                    time.time(),
                    f"{given.team} {given.channel} {given.ts}",
                ),
            )

    def feedback(self) -> Iterable[dict[str, Any]]:
        """All feedback, oldest first."""
        with self._reading() as db:
            rows = db.execute(
                'SELECT answer, "user", rating, comment, question, body, at FROM feedback ORDER BY at'
            ).fetchall()
        names = ("answer_id", "user", "rating", "comment", "question", "answer", "at")
        for row in rows:
            yield {**dict(zip(names, row, strict=True)), "answer": json.loads(row[5])}

    def bad_ratings(self, at: float) -> Iterator[tuple[str, str, dict[str, Any], float]]:
        """Who thought an answer bad since a moment, of which question (team, channel, ts), its body, when."""
        with self._reading() as db:
            rows = db.execute(
                'SELECT "user", ask, body, at FROM feedback WHERE rating = ? AND at >= ? ORDER BY at',
                ("down", at),
            ).fetchall()
        for user, ask, body, when in rows:
            yield user, ask, json.loads(body), when

    def _given(self, where: str, values: tuple[Any, ...]) -> Iterator[SavedAnswer]:
        with self._reading() as db:
            rows = db.execute(
                'SELECT id, team, channel, thread, ts, "user", question, body, at, handed FROM answers '
                + where,
                values,
            ).fetchall()
        for row in rows:
            id_, team, channel, thread, ts, user, question, body, at, handed = row
            yield SavedAnswer(
                id_, team, channel, thread, ts, user, question, json.loads(body), at, bool(handed)
            )
