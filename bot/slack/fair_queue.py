"""Whose question is answered next: a bounded queue, one for all bots, that gives every person their turn."""

import asyncio
from contextlib import suppress

from bot.slack.client import LOG
from bot.slack.database import Database, Key
from bot.slack.events import SlackQuestion
from bot.slack.queue_table import Taken, turns_before
from index.errors import OnRecordError

__all__ = ["FairQueue", "Full", "Key", "Taken"]
# What another bot let in is seen within these seconds.
_LOOK = 0.5


class Full(Exception):
    """No further question can wait."""


class FairQueue:
    """Questions of one workspace by the person who asked; turns go round the people."""

    def __init__(self, database: Database, team: str, most: int, most_each: int) -> None:
        """`most` may wait in all, `most_each` of one person."""
        self._database = database
        self._team = team
        self._most = most
        self._most_each = most_each
        self._added = asyncio.Event()
        self._turn = asyncio.Lock()
        self._size = 0

    def __len__(self) -> int:
        """How many waited when it was last looked at (`count`)."""
        return self._size

    async def put(self, ask: SlackQuestion, *, anyway: bool = False) -> None:
        """Let a question wait, if it does not already. Raises Full, unless `anyway`."""
        if not await self._database.do(self._enqueue, ask, anyway):
            raise Full
        self._size += 1
        self._added.set()

    async def count(self) -> None:
        """Look at how many wait."""
        self._size = len(await self._database.do(self._database.line, self._team))

    async def before(self, ask: SlackQuestion) -> int | None:
        """How many questions of others have their turn before this one; None where it does not wait."""
        return turns_before(await self._database.do(self._database.line, self._team), ask.user, ask.key)

    async def take(self) -> Taken:
        """The question whose turn it is, which is worked on here from now on; waits for one."""
        async with self._turn:
            while True:
                self._added.clear()
                if taken := await self._taken():
                    self._size = max(0, self._size - 1)
                    return taken
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._added.wait(), _LOOK if self._database.is_shared else None)

    async def _taken(self) -> Taken | None:
        try:
            return await self._database.do(self._database.take, self._team)
        except OnRecordError as error:
            LOG.warning("%s", error)
        except Exception:  # noqa: BLE001 (a worker that ended here would take no question any more)
            LOG.exception("taking a question from the queue")
        await asyncio.sleep(_LOOK)
        # What waits is still there.
        self._added.set()
        return None

    def _enqueue(self, ask: SlackQuestion, anyway: bool) -> bool:
        return self._database.enqueue(ask, self._most, self._most_each, anyway=anyway)
