"""What Slack tells, taken in: written down before Slack is told that it arrived, and handed on.

From then on a question is never lost, whatever happens to the process, and never answered twice, however
often it is delivered (`database`).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from bot.conversations import Conversations
from bot.slack.access import AccessControl
from bot.slack.admission import Admission
from bot.slack.answer_pool import AnswerPool
from bot.slack.answer_question import QuestionAnswerer
from bot.slack.attachments import AttachmentReader
from bot.slack.client import LOG, SlackClient
from bot.slack.context import ContextReader
from bot.slack.counters import Counters
from bot.slack.database import WAITING, WORKING, Database, Key, Revision
from bot.slack.delivery import Delivery
from bot.slack.events import (
    ChannelRemark,
    Deleted,
    Edited,
    EventKind,
    Happening,
    Rated,
    SlackQuestion,
    Stopped,
)
from bot.slack.fair_queue import FairQueue
from bot.slack.markup import links_in
from bot.slack.read_links import LinkReader
from bot.slack.replica_table import Left
from bot.slack.replies import Replies
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.takeover import Takeover
from bot.slack.tasks import Tasks
from bot.slack.tokens import Identity
from bot.slack.workers import Workers
from index.errors import OnRecordError

T = TypeVar("T")
# Processes that may die while they are at a question, before it is given up: it may be what kills them.
_MOST_TRIES = 3
_SWEEP_SECONDS = 6 * 3_600.0


class Dispatcher:
    """Takes questions in and has them seen to. `start` it, and `close` it in the end."""

    def __init__(
        self,
        client: SlackClient,
        settings: SlackSettings,
        database: Database,
        conversations: Conversations,
        work: AnswerPool,
        identity: Identity,
        counters: Counters,
    ) -> None:
        """`identity` is the installation of the client's token; `counters` may be shared with others."""
        self.settings = settings
        self.identity = identity
        self.access = AccessControl(client, settings, identity)
        self.counters = counters
        self.queue = FairQueue(database, identity.team, settings.queue, settings.waiting_each)
        self.indicator = StatusIndicator(client)
        self._database = database
        self._tasks = Tasks(self.counters)
        delivery = Delivery(client, settings)
        replies = Replies(client, identity.user, database)
        self._answering = QuestionAnswerer(
            work,
            settings,
            database,
            conversations,
            self.do,
            delivery,
            self.indicator,
            AttachmentReader(client, work),
        )
        self.workers = Workers(
            settings,
            self.queue,
            self._answering,
            LinkReader(work, settings),
            delivery,
            self.indicator,
            replies,
            database,
            self.do,
            self._tasks,
            self.counters,
        )
        self._admission = Admission(
            settings,
            self.access,
            self.queue,
            delivery,
            self.indicator,
            ContextReader(client, database, self.do, identity.user),
            database,
            self.do,
            self._tasks,
            self.counters,
            self.workers,
        )
        self.workers.revised = self._revised
        self._takeover = Takeover(
            identity.team, database, self.queue, self.workers, self.indicator, client.limits, self._see_to
        )

    def start(self) -> None:
        """Begin to answer; what an earlier process left comes first."""
        self._tasks.spawn(self.access.people.learn_all())
        self.workers.start()
        self._tasks.spawn(self._takeover.run())
        self._tasks.spawn(self._sweep())

    async def close(self) -> None:
        """Stop; what is unfinished is taken up by the next start, or by another bot."""
        try:
            await self.do(self._database.let_go, list(self.workers.versions))
        except OnRecordError as error:
            LOG.warning("%s", error)
        await self._tasks.close()
        await self.indicator.close()

    async def do(self, call: Callable[..., T], *arguments: Any) -> T:
        """A call of the database's, off the loop."""
        return await self._database.do(call, *arguments)

    async def intake(self, happening: Happening) -> None:
        """Write down what is to be done; returns once it is on disk. Raises where it cannot be."""
        self.counters.last_event = time.monotonic()
        match happening:
            case SlackQuestion():
                await self._take(happening)
            case ChannelRemark():
                await self._remarked(happening)
            case Edited():
                await self._edited(happening)
            case Deleted():
                await self._deleted(happening)
            case Stopped():
                await self._stopped(happening)
            case Rated():
                await self._rated(happening)

    async def _take(self, ask: SlackQuestion) -> None:
        if ask.kind is not EventKind.COMMAND:
            self.access.note(ask.channel, shared=ask.shared)
        if self.settings.channels and ask.viewed[0] not in self.settings.channels:
            ask = replace(ask, viewed=("", ""))
        self._takeover.admitting.add(ask.key)
        if await self._claimed(ask):
            self.counters.asked += 1
            self._tasks.spawn(self._admit(ask))

    async def _claimed(self, ask: SlackQuestion) -> bool:
        claimed = False
        try:
            claimed = await self.do(self._database.claim, ask)
        finally:
            if not claimed:
                self._takeover.admitting.discard(ask.key)
        return claimed

    async def _admit(self, ask: SlackQuestion, *, again: bool = False) -> None:
        self._takeover.admitting.add(ask.key)
        try:
            await self._admission.admit(ask, again=again)
        finally:
            self._takeover.admitting.discard(ask.key)

    async def _remarked(self, remark: ChannelRemark) -> None:
        ask = remark.ask
        channel = self.settings.of(ask.channel)
        self.access.note(ask.channel, shared=ask.shared)
        if remark.by_bot:
            if channel.answer_bots and remark.asks:
                await self._take(ask)
            return
        if not ask.in_thread:
            if channel.auto_read and links_in(remark.with_addresses) and not remark.to_others:
                await self._take(replace(ask, kind=EventKind.POSTED_LINK, text=remark.with_addresses))
            elif channel.answer_all and remark.asks and not remark.to_others:
                await self._take(ask)
            return
        place = ask.team, ask.channel, ask.thread
        meant = channel.follow_ups and remark.asks and not remark.to_others
        if meant and await self.do(self._database.is_ours, *place, ask.user):
            await self._take(ask)
        else:
            await self.do(self._database.spoke, *place, ask.user)

    async def _edited(self, edited: Edited) -> None:
        ask = edited.ask
        match await self.do(self._database.revise, ask):
            case Revision.WAITS:
                self._tasks.spawn(self._admit(ask))
            case Revision.WORKED_ON:
                # Who is at it elsewhere looks by itself.
                self.workers.stop(ask.key, "edited")
            case Revision.NONE if edited.to_bot:
                await self._take(ask)

    async def _deleted(self, deleted: Deleted) -> None:
        key = deleted.team, deleted.channel, deleted.ts
        gone = await self.do(self._database.withdraw, key)
        if gone is None:
            return
        thread, parts = gone
        await asyncio.to_thread(self._answering.forget, key, thread)
        if not self.workers.stop(key, "deleted"):
            self.indicator.done(key)
            if parts:
                self._tasks.spawn(self.workers.withdraw(deleted.channel, parts))

    async def _stopped(self, stopped: Stopped) -> None:
        place = stopped.team, stopped.channel, stopped.thread
        # Those that wait first: what is free of the other would turn to them.
        for key in await self.do(self._database.in_thread, *place, WAITING):
            await self.do(self._database.drop, key)
            self.indicator.done(key)
        for key in await self.do(self._database.in_thread, *place, WORKING):
            if not self.workers.stop(key, "stopped"):
                await self.do(self._database.stop, key)
        self.indicator.at_rest(stopped.channel, stopped.thread)

    async def _rated(self, rated: Rated) -> None:
        given = await self.do(self._database.answered_by, rated.team, rated.channel, rated.ts)
        if given is not None:
            self._tasks.spawn(self._admission.rate(given, rated.user, rated.rating))

    async def _see_to(self, left: Left) -> None:
        """Take up a question that somebody left."""
        if left.state == WORKING and left.tries >= _MOST_TRIES:
            await self._admission.give_up(left.ask, left.tries)
        else:
            self._tasks.spawn(self._admit(left.ask, again=True))

    async def _revised(self, key: Key) -> None:
        """A question was edited while it was answered here; that has stopped now."""
        ask = await self.do(self._database.reclaim, key)
        if ask is not None:
            await self._admit(ask)

    async def _sweep(self) -> None:
        while True:
            try:
                await self._answering.forget_old()
            except Exception:  # noqa: BLE001 (a busy or full disk now must not end it for good)
                LOG.exception("forgetting what is older than keep_days")
            await asyncio.sleep(_SWEEP_SECONDS)
