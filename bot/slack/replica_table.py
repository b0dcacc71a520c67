"""The bots that run, and what one that is gone leaves to the others.

Each holds a lease that it renews; what it holds is anybody's when that has run out. An SQLite file has one
bot (`single_instance`), which needs no lease: whatever anybody else holds there was left by a dead one.
"""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.slack.events import SlackQuestion
from bot.slack.question_table import COLUMNS, DONE, KEY, STOPPING, WAITING, WORKING, Key, ask_of
from bot.slack.storage import Storage

LEASE_SECONDS, RENEW_SECONDS = 15.0, 4.0
"""Long enough to outlast a restart of the server; short enough that who asked still waits."""
# Whoever could not renew its lease gives up what it is at, before others begin with it.
_MARGIN_SECONDS = 3.0
_LONG_GONE = 86_400.0


@dataclass(frozen=True)
class Left:
    """A question that somebody left: `state` is where they left it, and `tries` how often it was begun."""

    ask: SlackQuestion
    state: str
    tries: int


class ReplicaTable(Storage):
    """The leases, and the questions by who holds them."""

    _renewed = 0.0

    def renew(self) -> int:
        """Hold this process's lease for longer; how many bots hold one."""
        if not self.is_shared:
            return 1
        began = time.monotonic()
        with self._writing() as db:
            db.execute(
                f"INSERT INTO replicas (id, until) VALUES (?, {self._now} + ?) "
                "ON CONFLICT (id) DO UPDATE SET until = excluded.until",
                (self.holder, LEASE_SECONDS),
            )
            db.execute(f"DELETE FROM replicas WHERE until < {self._now} - ?", (_LONG_GONE,))
            row = db.execute(f"SELECT count(*) FROM replicas WHERE until > {self._now}").fetchone()
        self._renewed = began
        return int(row[0])

    def retire(self) -> None:
        """End this process's lease: what it holds is anybody's."""
        if self._renewed:
            with self._writing() as db:
                db.execute("DELETE FROM replicas WHERE id = ?", (self.holder,))

    @property
    def renews_late(self) -> bool:
        """Whether it is time to renew the lease."""
        return self.is_shared and time.monotonic() - self._renewed > RENEW_SECONDS

    @property
    def may_be_taken_over(self) -> bool:
        """Whether others may have taken over what this process is at, for all that it knows."""
        held = LEASE_SECONDS - _MARGIN_SECONDS
        return bool(self._renewed) and time.monotonic() - self._renewed > held

    def held(self) -> dict[Key, tuple[str, str]]:
        """What this process holds: its version and its state."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT team, channel, ts, version, state FROM asks WHERE holder = ?", (self.holder,)
            ).fetchall()
        return {(team, channel, ts): (version, state) for team, channel, ts, version, state in rows}

    def take_over(self, team: str, own: Collection[Key] = ()) -> list[Left]:
        """Hold what nobody who lives is at, and of this process's own what it is no longer at (`own`).

        What is in the queue needs nobody to hold it. The oldest comes first.
        """
        with self._writing() as db:
            rows = db.execute(
                f"SELECT {COLUMNS}, state, tries, holder FROM asks WHERE team = ? AND queued = 0 "
                f"AND state IN (?, ?, ?) AND (holder = ? OR NOT {self._lives()}) "
                f"ORDER BY received {self._lock_rows}",
                (team, WAITING, WORKING, STOPPING, self.holder, self.holder),
            ).fetchall()
            left = [Left(ask_of(row[:-3]), row[-3], row[-2]) for row in rows if row[-1] != self.holder]
            left += [
                Left(ask_of(row[:-3]), row[-3], row[-2])
                for row in rows
                if row[-1] == self.holder and ask_of(row[:-3]).key in own
            ]
            for one in left:
                db.execute(
                    f"UPDATE asks SET holder = ?, state = ?, resumed = CASE WHEN state = ? THEN resumed "
                    f"ELSE 1 END WHERE {KEY}",
                    (self.holder, DONE if one.state == STOPPING else WAITING, WAITING, *one.ask.key),
                )
        return [one for one in left if one.state != STOPPING]

    def let_go(self, keys: Iterable[Key]) -> None:
        """The process ends because it was told to: that is no failed try at what it works on."""
        with self._writing() as db:
            db.executemany(
                "UPDATE asks SET tries = CASE WHEN tries > 0 THEN tries - 1 ELSE 0 END "
                f"WHERE {KEY} AND holder = ?",
                [(*key, self.holder) for key in keys],
            )

    def lead(self, duty: str) -> bool:
        """Whether this process is the one that sees to something which one alone is to do."""
        with self._writing() as db:
            done = db.execute(
                "INSERT INTO duties (name, holder) VALUES (?, ?) ON CONFLICT (name) "
                "DO UPDATE SET holder = excluded.holder WHERE duties.holder = excluded.holder "
                f"OR duties.holder NOT IN (SELECT id FROM replicas WHERE until > {self._now})",
                (duty, self.holder),
            )
            return done.rowcount == 1
