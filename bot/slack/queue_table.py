"""Questions that wait for their turn; turns go round the people, whichever bot takes them.

Whose last turn was longest ago comes next, and of theirs the question that has waited longest.
"""

from collections import OrderedDict
from dataclasses import dataclass

from bot.slack.events import SlackQuestion
from bot.slack.question_table import COLUMNS, KEY, WAITING, WORKING, Key, Parts, ask_of
from bot.slack.storage import Storage


@dataclass(frozen=True)
class Taken:
    """A question that was taken out, with the parts of its reply; `resumed` where somebody died at it."""

    ask: SlackQuestion
    parts: Parts
    resumed: bool


class QueueTable(Storage):
    """The queue of all bots."""

    def enqueue(self, ask: SlackQuestion, most: int, most_each: int, *, anyway: bool = False) -> bool:
        """Let a question wait; False where `most` do already, or `most_each` of one person, unless `anyway`.

        One that was edited, deleted or taken meanwhile is left alone.
        """
        with self._writing() as db:
            row = db.execute(
                f"SELECT 1 FROM asks WHERE {KEY} AND state = ? AND version = ? AND queued = 0",
                (*ask.key, WAITING, ask.version),
            ).fetchone()
            if row is None:
                return True
            every, own = db.execute(
                'SELECT count(*), coalesce(sum(CASE WHEN "user" = ? THEN 1 ELSE 0 END), 0) FROM asks '
                "WHERE team = ? AND state = ? AND queued > 0",
                (ask.user, ask.team, WAITING),
            ).fetchone()
            if not anyway and (every >= most or own >= most_each):
                return False
            if not own:
                # Behind everybody who waits.
                self._had_turn(db, ask.team, ask.user)
            db.execute(
                f"UPDATE asks SET queued = {self._now}, holder = '' "
                f"WHERE {KEY} AND state = ? AND version = ? AND queued = 0",
                (*ask.key, WAITING, ask.version),
            )
        return True

    def take(self, team: str) -> Taken | None:
        """The question whose turn it is, which this process works on now; None where none waits.

        What another bot is just taking is passed over.
        """
        with self._writing() as db:
            found = db.execute(
                f"SELECT {_of_asks()}, asks.reply, asks.resumed FROM asks LEFT JOIN turns "
                'ON turns.team = asks.team AND turns."user" = asks."user" '
                "WHERE asks.team = ? AND asks.state = ? AND asks.queued > 0 "
                f"ORDER BY coalesce(turns.at, 0), asks.queued, asks.ts LIMIT 1 {self._lock_rows}",
                (team, WAITING),
            ).fetchone()
            if found is None:
                return None
            ask = ask_of(found[:-2])
            db.execute(
                f"UPDATE asks SET state = ?, holder = ?, tries = tries + 1, queued = 0, resumed = 0 "
                f"WHERE {KEY}",
                (WORKING, self.holder, *ask.key),
            )
            self._had_turn(db, team, ask.user)
            return Taken(ask, tuple(found[-2].split()), bool(found[-1]))

    def line(self, team: str) -> list[tuple[str, Key]]:
        """Who waits, with which question, in the order of their next turns; each one's oldest first."""
        with self._reading() as db:
            rows = db.execute(
                'SELECT asks."user", asks.team, asks.channel, asks.ts FROM asks LEFT JOIN turns '
                'ON turns.team = asks.team AND turns."user" = asks."user" '
                "WHERE asks.team = ? AND asks.state = ? AND asks.queued > 0 "
                "ORDER BY coalesce(turns.at, 0), asks.queued, asks.ts",
                (team, WAITING),
            ).fetchall()
        return [(user, (team, channel, ts)) for user, team, channel, ts in rows]


def turns_before(line: list[tuple[str, Key]], user: str, key: Key) -> int | None:
    """How many questions of others have their turn before this one; None where it does not wait."""
    waiting: OrderedDict[str, list[Key]] = OrderedDict()
    for name, one in line:
        waiting.setdefault(name, []).append(one)
    own = waiting.get(user, [])
    if key not in own:
        return None
    rounds, later, ahead = own.index(key), False, 0
    for name, keys in waiting.items():
        later = later or name == user
        if name != user:
            ahead += min(len(keys), rounds if later else rounds + 1)
    return ahead


def _of_asks() -> str:
    return ", ".join(f"asks.{column.strip()}" for column in COLUMNS.split(","))
