"""Whether a question is let into the queue: who may ask, how much, and what it leans on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.monitoring import logs
from bot.slack.access import AccessControl, NotChecked
from bot.slack.answer_table import SavedAnswer
from bot.slack.client import LOG
from bot.slack.context import ContextReader
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.delivery import GAVE_UP, Delivery, sorry
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.fair_queue import FairQueue, Full
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.tasks import Tasks
from bot.slack.workers import Workers

Do = Callable[..., Awaitable[Any]]
_HOUR = 3_600.0
# Pauses between tries to find out who somebody is; in all about ten minutes.
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 180.0, 180.0)
# Who waits longer than these seconds is told how many turns come before.
_PATIENCE = 10.0


class Admission:
    """Lets questions in, or tells their askers why not."""

    def __init__(
        self,
        settings: SlackSettings,
        access: AccessControl,
        queue: FairQueue,
        delivery: Delivery,
        indicator: StatusIndicator,
        context: ContextReader,
        database: Database,
        do: Do,
        tasks: Tasks,
        counters: Counters,
        workers: Workers,
    ) -> None:
        """`do` makes calls of the database's."""
        self._settings = settings
        self._access = access
        self._queue = queue
        self._delivery = delivery
        self._indicator = indicator
        self._context = context
        self._database = database
        self._do = do
        self._tasks = tasks
        self._counters = counters
        self._workers = workers

    async def admit(self, ask: SlackQuestion, *, again: bool = False) -> None:
        """Let a question into the queue, or tell its asker why not; `again` after a restart."""
        try:
            with logs.request():
                await self._admit(ask, again=again)
        except Exception as error:  # noqa: BLE001 (whatever it is, its asker is told)
            self._counters.failed += 1
            LOG.exception("admitting a question in %s", ask.channel)
            await self._dismiss(ask, sorry(error, logs.request_id()))

    async def give_up(self, ask: SlackQuestion, tries: int) -> None:
        """Leave a question at which one process after another ended; its asker is told."""
        LOG.error("a question in %s was begun %d times and never finished", ask.channel, tries)
        self._counters.failed += 1
        await self._dismiss(ask, GAVE_UP)

    async def rate(self, given: SavedAnswer, user: str, rating: str) -> None:
        """Keep a thumb that was put as a reaction, of somebody who may ask."""
        try:
            if await self._access.refusal(given.channel, user):
                return
        except NotChecked:
            return  # An opinion is not worth waiting for.
        await self._do(self._database.rate, given, user, rating)

    async def _admit(self, ask: SlackQuestion, *, again: bool) -> None:
        refusal = await self._refusal(ask)
        if refusal:
            self._counters.refused += 1
            # A link that somebody posted for others is nothing to be refused out loud.
            await self._dismiss(ask, "" if ask.kind is EventKind.POSTED_LINK else refusal)
            return
        lately = await self._do(self._database.asked_lately, ask.user, _HOUR)
        if lately > self._settings.hourly_each and not again:
            await self._turn_away(ask, "You have asked a great deal within this hour; please go on later.")
            return
        self._indicator.arrived(ask)
        ask = await self._context.complete(ask)
        try:
            await self._queue.put(ask, anyway=again)
        except Full:
            await self._turn_away(ask, "Too many questions are waiting just now; please ask again shortly.")
            return
        self._tasks.spawn(self._place(ask))

    async def _refusal(self, ask: SlackQuestion) -> str:
        """Why not; what cannot be found out now is tried again, and the question waits meanwhile."""
        if ask.user.startswith("B"):
            return ""  # A bot or a workflow: only where a channel's settings say so.
        for pause in (*_PAUSES, None):
            try:
                if ask.kind is EventKind.COMMAND:
                    return await self._access.command_refusal(ask.channel, ask.user)
                refusal = await self._access.refusal(ask.channel, ask.user, shared=ask.shared)
                if not refusal and ask.kind in (EventKind.READ, EventKind.POSTED_LINK):
                    refusal = self._access.may_feed(ask.user)
                return refusal
            except NotChecked:
                if pause is not None:
                    await asyncio.sleep(pause)
        return "I could not check whether I may answer you; please ask again later."

    async def _turn_away(self, ask: SlackQuestion, sentence: str) -> None:
        self._counters.turned_away += 1
        await self._dismiss(ask, sentence)

    async def _dismiss(self, ask: SlackQuestion, sentence: str) -> None:
        if not await self._do(self._database.finish, ask.key, ask.version):
            return
        self._indicator.done(ask.key)
        if sentence:
            await self._delivery.privately(ask, sentence)

    async def _place(self, ask: SlackQuestion) -> None:
        """Tell who really waits how many turns of others come first."""
        await asyncio.sleep(_PATIENCE)
        ahead = await self._workers.turns_before(ask)
        before = "One question comes" if ahead == 1 else f"{ahead} questions come"
        if ask.direct and ahead:
            self._indicator.says(ask, f"is busy: {before} before yours …")
        elif ahead:
            await self._delivery.notice(ask, f"{before} before yours; yours is next in line after that.")
