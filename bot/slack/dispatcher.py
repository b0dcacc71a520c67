"""Every question from its arrival to its end: written down, admitted, queued, answered, delivered.

`intake` writes a question down before Slack is told that it arrived; from then on it is never lost, whatever
happens to the process, and never answered twice, however often it is delivered (`ledger`).
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversations import Conversations
from bot.monitoring import logs
from bot.slack.access import AccessControl
from bot.slack.answer_pool import AnswerPool
from bot.slack.answer_question import QuestionAnswerer, StopSignal
from bot.slack.client import LOG, why
from bot.slack.counters import Counters
from bot.slack.database import WAITING, WORKING, Database
from bot.slack.delivery import GAVE_UP, RESTARTED, Delivery, foreseen, sorry
from bot.slack.events import (
    ChannelRemark,
    Deleted,
    Edited,
    EventKind,
    Happening,
    SlackQuestion,
    Stopped,
    links_in,
)
from bot.slack.fair_queue import FairQueue, Full, Key
from bot.slack.rate_limits import RateLimits
from bot.slack.read_links import LinkReader
from bot.slack.reply import Reply, Undelivered
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.views.block_kit import said
from bot.slack.views.help import HELP

T = TypeVar("T")
_HOUR = 3_600.0
_SWEEP_SECONDS = 6 * _HOUR
# Processes that may die while they are at a question, before it is given up: it may be what kills them.
_MOST_TRIES = 3


class Dispatcher:
    """Takes questions in and sees to them. `start` it, and `close` it in the end."""

    def __init__(
        self,
        client: AsyncWebClient,
        settings: SlackSettings,
        ledger: Database,
        threads: Conversations,
        work: AnswerPool,
        team: str,
        me: str,
    ) -> None:
        """`team` and `me` are the workspace and the user id of the token."""
        self.settings = settings
        self.guard = AccessControl(client, settings, team)
        self.counters = Counters()
        self.queue = FairQueue(settings.queue, settings.waiting_each)
        self.paces = RateLimits()
        self.telling = Delivery(client, self.paces, settings)
        self.presence = StatusIndicator(client, self.paces)
        self.work = work
        self._client = client
        self._ledger = ledger
        self._me = me
        answering = QuestionAnswerer(work, settings, ledger, threads, self.do, self.telling, self.presence)
        self._answering = answering
        self._feeding = LinkReader(work, settings)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._running: dict[Key, StopSignal] = {}
        self._resumed: set[Key] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.busy = 0

    def start(self) -> None:
        """Begin to answer; what an earlier process left comes first."""
        for _ in range(self.settings.workers):
            self._spawn(self._serve())
        self._spawn(self._resume())
        self._spawn(self._sweep())

    async def close(self) -> None:
        """Stop; what is unfinished is taken up by the next start."""
        await self.do(self._ledger.spare, list(self._running))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._disk.shutdown()
        self._ledger.close()

    async def do(self, call: Callable[..., T], *arguments: Any) -> T:
        """A call of the ledger's, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, call, *arguments)

    async def intake(self, happening: Happening) -> None:
        """Write down what is to be done; returns once it is on disk. Raises where it cannot be."""
        self.counters.last_event = time.monotonic()
        match happening:
            case SlackQuestion():
                await self._take(happening)
            case ChannelRemark():
                await self._aside(happening)
            case Edited():
                await self._edited(happening)
            case Deleted():
                await self._deleted(happening)
            case Stopped():
                await self._stopped(happening)

    async def _take(self, ask: SlackQuestion) -> None:
        if await self.do(self._ledger.claim, ask):
            self.counters.asked += 1
            self._spawn(self._admit(ask))

    async def _aside(self, aside: ChannelRemark) -> None:
        ask = aside.ask
        channel = self.settings.of(ask.channel)
        if channel.auto_read and not ask.in_thread and links_in(ask.text) and not aside.to_others:
            await self._take(replace(ask, kind=EventKind.POSTED_LINK))
            return
        if not ask.in_thread:
            return
        place = ask.team, ask.channel, ask.thread
        meant = channel.follow_ups and aside.asks and not aside.to_others
        if meant and await self.do(self._ledger.is_ours, *place, ask.user):
            await self._take(ask)
        else:
            await self.do(self._ledger.spoke, *place, ask.user)

    async def _edited(self, edited: Edited) -> None:
        ask = edited.ask
        if await self.do(self._ledger.revise, ask):
            self._stop(ask.key, "edited")
            self._spawn(self._admit(ask))
        elif edited.to_bot:
            await self._take(ask)

    async def _deleted(self, deleted: Deleted) -> None:
        key = deleted.team, deleted.channel, deleted.ts
        gone = await self.do(self._ledger.withdraw, key)
        if gone is None:
            return
        thread, reply = gone
        await asyncio.to_thread(self._answering.forget, key, thread)
        if not self._stop(key, "deleted") and reply:
            self._spawn(self._withdraw(deleted.channel, reply))

    async def _stopped(self, stopped: Stopped) -> None:
        place = stopped.team, stopped.channel, stopped.thread
        # Those that wait first: what is free of the other would turn to them.
        for key in await self.do(self._ledger.in_thread, *place, WAITING):
            await self.do(self._ledger.drop, key)
        for key in await self.do(self._ledger.in_thread, *place, WORKING):
            self._stop(key, "stopped")
        await self.presence.at_rest(stopped.channel, stopped.thread)

    def _stop(self, key: Key, reason: str) -> bool:
        running = self._running.get(key)
        if running is None:
            return False
        running.because(reason)
        return True

    async def _admit(self, ask: SlackQuestion, *, again: bool = False) -> None:
        """Let a question into the queue, or tell its asker why not."""
        try:
            refusal = await self.guard.refusal(ask.team, ask.channel, ask.user, shared=ask.shared)
            if not refusal and ask.kind in (EventKind.READ, EventKind.POSTED_LINK):
                refusal = self.guard.may_feed(ask.user)
            if refusal:
                self.counters.refused += 1
                # A link that somebody posted for others is nothing to be refused out loud.
                await self._dismiss(ask, "" if ask.kind is EventKind.POSTED_LINK else refusal)
                return
            lately = await self.do(self._ledger.asked_lately, ask.user, _HOUR)
            if lately > self.settings.hourly_each:
                self.counters.turned_away += 1
                await self._dismiss(ask, "You have asked a great deal within this hour; please go on later.")
                return
            try:
                ahead = self.queue.put(ask.user, ask.key, anyway=again)
            except Full:
                self.counters.turned_away += 1
                await self._dismiss(ask, "Too many questions are waiting just now; please ask again shortly.")
                return
            place = ahead + self.busy - self.settings.workers + 1
            await self.presence.arrived(ask)
            if place > 0:
                await self.telling.place(ask, place)
        except Exception as error:  # noqa: BLE001 (whatever it is, its asker is told)
            self.counters.failed += 1
            LOG.exception("admitting a question in %s", ask.channel)
            await self._dismiss(ask, sorry(error, logs.request_id()))

    async def _dismiss(self, ask: SlackQuestion, sentence: str) -> None:
        await self.do(self._ledger.finish, ask.key, ask.version)
        if sentence:
            await self.telling.privately(ask, sentence)

    async def _serve(self) -> None:
        while True:
            key = await self.queue.get()
            self.busy += 1
            try:
                with logs.request():
                    await self._see_to(key)
            except Exception:  # noqa: BLE001 (one question must not end the others)
                self.counters.failed += 1
                LOG.exception("a question in %s", key[1])
            finally:
                self.busy -= 1

    async def _see_to(self, key: Key) -> None:
        if key in self._running:
            return  # It was edited while it is answered, and is queued again when that has stopped.
        begun = await self.do(self._ledger.begin, key)
        if begun is None:
            return
        ask, ts = begun
        stop = self._running[key] = StopSignal()
        reply = Reply(
            self._client,
            ask,
            self._me,
            self.paces,
            lambda: self.do(self._ledger.replies_in, ask.team, ask.channel, ask.thread),
            lambda ts: self.do(self._ledger.replied, key, ts),
            ts,
        )
        try:
            if key in self._resumed:
                self._resumed.discard(key)
                if not await self._found_again(ask, reply):
                    return
            await self._carry_out(ask, reply, stop)
        except Undelivered as error:
            self.counters.failed += 1
            await self.telling.undelivered(ask, error.reason)
        except Exception as error:  # noqa: BLE001 (whatever it is, its asker is told)
            self.counters.failed += 1
            await self._apologise(ask, reply, error)
        finally:
            del self._running[key]
            await self.presence.done(ask)
            await self._end(ask, reply, stop)

    async def _end(self, ask: SlackQuestion, reply: Reply, stop: StopSignal) -> None:
        if stop.reason == "deleted":
            # Once more: the answer may have been kept since.
            await self.do(self._ledger.withdraw, ask.key)
            await asyncio.to_thread(self._answering.forget, ask.key, ask.thread)
            if reply.ts:
                await self._withdraw(ask.channel, reply.ts)
        elif not await self.do(self._ledger.finish, ask.key, ask.version):
            self.queue.put(ask.user, ask.key, anyway=True)

    async def _carry_out(self, ask: SlackQuestion, reply: Reply, stop: StopSignal) -> None:
        if ask.text.lower().strip(" ?!.") in ("", "help"):
            await self.telling.answer(ask, reply, [said(HELP)])
        elif ask.kind in (EventKind.READ, EventKind.POSTED_LINK):
            await self.presence.says(ask, "is reading the page …")
            messages = await self._feeding.read(ask)
            await self.telling.answer(ask, reply, messages)
        else:
            answer = await self._answering.answer(ask, reply, stop)
            if answer is not None:
                self.counters.answered += bool(answer.sentences)
                self.counters.not_on_record += not answer.sentences

    async def _found_again(self, ask: SlackQuestion, reply: Reply) -> bool:
        """Whether a question that a killed process was at may be answered; else its asker has been told."""
        if self.telling.is_private(ask):
            # What only one person sees cannot be looked for.
            await self.telling.privately(ask, RESTARTED)
            return False
        try:
            await reply.look()
        except Undelivered as error:
            LOG.warning("looking for an answer in %s: %s", ask.channel, error.reason)
            await self.telling.privately(ask, RESTARTED)
            return False
        return True

    async def _apologise(self, ask: SlackQuestion, reply: Reply, error: Exception) -> None:
        id_ = logs.request_id()
        LOG.error("failure %s in %s: %s", id_, ask.channel, why(error), exc_info=not foreseen(error))
        reply.unstream()
        with suppress(Undelivered, SlackApiError, ClientError, TimeoutError):
            await self.telling.answer(ask, reply, [said(sorry(error, id_))])
            return
        await self.telling.undelivered(ask, why(error))

    async def _withdraw(self, channel: str, ts: str) -> None:
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("withdrawing an answer in %s: %s", channel, why(error))

    async def _resume(self) -> None:
        left = await self.do(self._ledger.unfinished)
        if left:
            LOG.info("%d questions were left unfinished; seeing to them now", len(left))
        for ask, state, tries in left:
            if state == WORKING and tries >= _MOST_TRIES:
                await self._give_up(ask)
                continue
            if state == WORKING:
                self._resumed.add(ask.key)
                await self.do(self._ledger.again, ask.key)
            await self._admit(ask, again=True)

    async def _give_up(self, ask: SlackQuestion) -> None:
        """Leave a question at which one process after another ended; its asker is told."""
        LOG.error("a question in %s was begun %d times and never finished", ask.channel, _MOST_TRIES)
        self.counters.failed += 1
        await self._dismiss(ask, GAVE_UP)

    async def _sweep(self) -> None:
        while True:
            try:
                await self._answering.forget_old()
            except Exception:  # noqa: BLE001 (a busy or full disk now must not end it for good)
                LOG.exception("forgetting what is older than keep_days")
            await asyncio.sleep(_SWEEP_SECONDS)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.counters.failed += 1
            LOG.error("in the background", exc_info=task.exception())
