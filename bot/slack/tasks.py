"""Work in the background that nobody awaits, with an eye on how it ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.slack.client import LOG
from bot.slack.counters import Counters


class Tasks:
    """Runs coroutines until they end, or all are ended by `close`."""

    def __init__(self, counters: Counters) -> None:
        """`counters` counts those that fail."""
        self._counters = counters
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside everything else."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """End whatever runs."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._counters.failed += 1
            LOG.error("in the background", exc_info=task.exception())
