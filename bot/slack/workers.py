"""Questions from the queue to their end: workers bound the making of answers, and wait for no delivery.

A worker never waits for Slack: as soon as an answer is made it turns to the next question, and a task of the
answer's own puts it where it belongs, however long Slack takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.monitoring import logs
from bot.slack.answer_question import Prepared, QuestionAnswerer, StopSignal
from bot.slack.attachments import ASK, UNREAD
from bot.slack.client import LOG, why
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.delivery import RESTARTED, Delivery, foreseen, sorry
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.fair_queue import FairQueue, Key
from bot.slack.read_links import LinkReader
from bot.slack.replies import Replies
from bot.slack.reply import Reply, Undelivered
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.tasks import Tasks
from bot.slack.views.block_kit import said
from bot.slack.views.help import HELP

Do = Callable[..., Awaitable[Any]]
# Answers that are made and not yet delivered; beyond them no more are made.
_DELIVERIES = 200


@dataclass(frozen=True)
class _Job:
    """A question that is seen to."""

    ask: SlackQuestion
    reply: Reply
    stop: StopSignal
    resumed: bool


class Workers:
    """See to questions, `settings.workers` at a time."""

    def __init__(
        self,
        settings: SlackSettings,
        queue: FairQueue,
        answering: QuestionAnswerer,
        link_reader: LinkReader,
        delivery: Delivery,
        indicator: StatusIndicator,
        replies: Replies,
        database: Database,
        do: Do,
        tasks: Tasks,
        counters: Counters,
    ) -> None:
        """`do` makes calls of the database's."""
        self._settings = settings
        self._queue = queue
        self._answering = answering
        self._link_reader = link_reader
        self._delivery = delivery
        self._indicator = indicator
        self._replies = replies
        self._database = database
        self._do = do
        self._tasks = tasks
        self._counters = counters
        self._running: dict[Key, StopSignal] = {}
        self._making: dict[Key, str] = {}
        self._room = asyncio.Semaphore(_DELIVERIES)
        # Questions that an earlier process was at.
        self.resumed: set[Key] = set()

    @property
    def busy(self) -> int:
        """How many answers are in the making."""
        return len(self._making)

    @property
    def delivering(self) -> int:
        """How many are made and on their way."""
        return len(self._running) - len(self._making)

    @property
    def unfinished(self) -> list[Key]:
        """The questions that are seen to."""
        return list(self._running)

    def start(self) -> None:
        """Begin to take questions from the queue."""
        for _ in range(self._settings.workers):
            self._tasks.spawn(self._serve())

    def stop(self, key: Key, reason: str) -> bool:
        """Give up a question that is seen to; False where it is not."""
        stop = self._running.get(key)
        if stop is None:
            return False
        stop.because(reason)
        return True

    def turns_before(self, ask: SlackQuestion) -> int:
        """How many turns of others come before a question that waits; 0 where it does not wait."""
        before = self._queue.before(ask.user, ask.key)
        if before is None:
            return 0
        others = sum(1 for user in self._making.values() if user != ask.user)
        return max(0, before + others - self._settings.workers + 1)

    async def withdraw(self, channel: str, parts: Sequence[str]) -> None:
        """Delete a reply whose question is gone."""
        ask = SlackQuestion("", channel, "", "", "", "", EventKind.MENTION)
        await self._replies.to(ask, parts).withdraw()

    async def _serve(self) -> None:
        while True:
            await self._room.acquire()
            key = await self._queue.get()
            try:
                with logs.request():
                    handed_on = await self._see_to(key)
            except Exception:  # noqa: BLE001 (one question must not end the others)
                handed_on = False
                self._counters.failed += 1
                LOG.exception("a question in %s", key[1])
            if not handed_on:
                self._room.release()

    async def _see_to(self, key: Key) -> bool:
        """Make what is to be said, and hand it on; whether there was anything to do."""
        if key in self._running:
            return False  # It was edited while it is answered, and is queued again when that has stopped.
        begun = await self._do(self._database.begin, key)
        if begun is None:
            self._indicator.done(key)
            return False
        ask, parts = begun
        resumed = key in self.resumed
        self.resumed.discard(key)
        job = _Job(ask, self._replies.to(ask, parts, streams=not resumed), StopSignal(), resumed)
        self._running[key], self._making[key] = job.stop, ask.user
        error: Exception | None = None
        made: Prepared | None = None
        try:
            made = await self._made(job)
        except Exception as failure:  # noqa: BLE001 (whatever it is, its asker is told)
            error = failure
        finally:
            del self._making[key]
        self._tasks.spawn(self._finish(job, made, error))
        return True

    async def _made(self, job: _Job) -> Prepared | None:
        ask = job.ask
        if job.resumed and self._delivery.is_private(ask):
            return Prepared((said(RESTARTED),))  # What only one person sees cannot be looked for.
        if ask.text.lower().strip(" ?!.") in ("", "help"):
            alone = ASK if self._settings.of(ask.channel).read_files else UNREAD
            return Prepared((said(alone if ask.files and not ask.text else HELP),))
        if ask.kind in (EventKind.READ, EventKind.POSTED_LINK):
            self._indicator.says(ask, "is reading the page …")
            return Prepared(tuple(await self._link_reader.read(ask)))
        return await self._answering.make(ask, job.reply, job.stop)

    async def _finish(self, job: _Job, made: Prepared | None, error: Exception | None) -> None:
        """Put what was made where it belongs, and close the question."""
        ask = job.ask
        try:
            await self._deliver(job, made, error)
        finally:
            self._room.release()
            del self._running[ask.key]
            self._indicator.done(ask.key)
        await self._end(job)

    async def _deliver(self, job: _Job, made: Prepared | None, error: Exception | None) -> None:
        ask, reply, stop = job.ask, job.reply, job.stop
        try:
            if error is not None:
                raise error
            if job.resumed and not self._delivery.is_private(ask) and not await self._found_again(job):
                return
            if made is None or stop.flag.is_set():
                await self._give_up(job)
                return
            await self._delivery.answer(ask, reply, made.messages, made.tail)
            self._counters.count(made.answer)
        except Undelivered as undelivered:
            self._counters.undelivered += 1
            await self._delivery.undelivered(ask, undelivered.reason)
        except Exception as failure:  # noqa: BLE001 (whatever it is, its asker is told)
            await self._apologise(job, failure)

    async def _give_up(self, job: _Job) -> None:
        """Stopped, edited or deleted."""
        reason = job.stop.reason
        self._counters.stopped += reason == "stopped"
        if self._delivery.is_private(job.ask):
            return
        await job.reply.abandon(said("Stopped.") if reason == "stopped" else None)

    async def _end(self, job: _Job) -> None:
        ask, reply, reason = job.ask, job.reply, job.stop.reason
        if reason == "deleted":
            # Once more: the answer may have been kept since.
            await self._do(self._database.withdraw, ask.key)
            await asyncio.to_thread(self._answering.forget, ask.key, ask.thread)
            await reply.withdraw()
        elif not await self._do(self._database.finish, ask.key, ask.version):
            self._queue.put(ask.user, ask.key, anyway=True)

    async def _found_again(self, job: _Job) -> bool:
        """Whether a question that a killed process was at may be answered; else its asker has been told."""
        try:
            await job.reply.look()
        except Undelivered as error:
            LOG.warning("looking for an answer in %s: %s", job.ask.channel, error.reason)
            await self._delivery.privately(job.ask, RESTARTED)
            return False
        return True

    async def _apologise(self, job: _Job, error: Exception) -> None:
        ask, reply, id_ = job.ask, job.reply, logs.request_id()
        self._counters.failed += 1
        LOG.error("failure %s in %s: %s", id_, ask.channel, why(error), exc_info=not foreseen(error))
        reply.unstream()
        with suppress(Undelivered, SlackApiError, ClientError, TimeoutError):
            await self._delivery.answer(ask, reply, [said(sorry(error, id_))])
            return
        await self._delivery.undelivered(ask, why(error))
