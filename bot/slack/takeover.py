"""What one bot does for the others: it renews its lease, takes over what a dead one left, and shares limits.

A bot that is alone does the same once at its start with what the process before it left.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.client import LOG
from bot.slack.database import Database, Key
from bot.slack.fair_queue import FairQueue
from bot.slack.question_table import DONE, STOPPING
from bot.slack.rate_limits import RateLimits
from bot.slack.replica_table import Left
from bot.slack.status import StatusIndicator
from bot.slack.workers import Workers
from index.errors import OnRecordError, RecordUnreachable

# Seconds between two looks: where others may have changed something, and where only this process can.
_SHARED, _ALONE = 1.0, 5.0
# What the version of a question is once it is deleted (`Database.withdraw`).
_DELETED = "~"


class Takeover:
    """Looks after one workspace's questions, beside the workers."""

    def __init__(
        self,
        team: str,
        database: Database,
        queue: FairQueue,
        workers: Workers,
        indicator: StatusIndicator,
        limits: RateLimits,
        see_to: Callable[[Left], Awaitable[None]],
    ) -> None:
        """`see_to` takes up a question that somebody left."""
        self._team = team
        self._database = database
        self._queue = queue
        self._workers = workers
        self._indicator = indicator
        self._limits = limits
        self._see_to = see_to
        self._adrift: set[Key] = set()
        # What is let in here.
        self.admitting: set[Key] = set()

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            try:
                await self._look()
            except RecordUnreachable as error:
                LOG.warning("%s", error)
            except OnRecordError as error:
                LOG.error("%s", error)
            except Exception:  # noqa: BLE001 (one look that fails must not be the last)
                LOG.exception("looking after questions")
            if self._database.may_be_taken_over:
                for key in self._workers.versions:
                    self._workers.lost(key)
            await asyncio.sleep(_SHARED if self._database.is_shared else _ALONE)

    async def _look(self) -> None:
        database = self._database
        if database.renews_late:
            self._limits.share(await database.do(database.renew))
        await self._queue.count()
        own = await self._own()
        left = await database.do(database.take_over, self._team, own)
        if left:
            LOG.info("%d questions were left unfinished; seeing to them now", len(left))
        for one in left:
            await self._see_to(one)
        if database.is_shared:
            await self._tidy()

    async def _own(self) -> set[Key]:
        """What this process holds and is not at: the database was lost at the wrong moment."""
        seen_to = self._workers.versions
        held = await self._database.do(self._database.held)
        for key, version in seen_to.items():
            now, state = held.get(key, ("", ""))
            if key not in held:
                self._workers.lost(key)
            elif now == _DELETED:
                self._workers.stop(key, "deleted")
            elif now != version:
                self._workers.stop(key, "edited")
            elif state == STOPPING:
                self._workers.stop(key, "stopped")
        busy = {*seen_to, *self._workers.versions, *self.admitting}
        adrift = {key for key, (_, state) in held.items() if state != DONE} - busy
        twice, self._adrift = adrift & self._adrift, adrift
        return twice

    async def _tidy(self) -> None:
        """What was let in here and answered elsewhere is not shown as waiting any more."""
        shown = self._indicator.keys - {*self._workers.versions, *self.admitting}
        for key in await self._database.do(self._database.are_done, shown) if shown else ():
            self._indicator.done(key)
