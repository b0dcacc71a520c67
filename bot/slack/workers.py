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
from bot.slack.database import Database, Key
from bot.slack.delivery import RESTARTED, Delivery, foreseen, sorry
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.fair_queue import FairQueue, Taken
from bot.slack.read_links import LinkReader
from bot.slack.replica_table import LEASE_SECONDS
from bot.slack.replies import Replies
from bot.slack.reply import Reply, Undelivered
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.tasks import Tasks
from bot.slack.views.block_kit import said
from bot.slack.views.help import HELP
from index.errors import OnRecordError

Do = Callable[..., Awaitable[Any]]
# Answers that are made and not yet delivered; beyond them no more are made.
_DELIVERIES = 200
# Why a question is given up that another bot sees to.
LOST = "lost"


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
        self._running: dict[Key, _Job] = {}
        self._making: dict[Key, str] = {}
        self._room = asyncio.Semaphore(_DELIVERIES)
        self._finishing: dict[Key, asyncio.Task[Any] | None] = {}
        # Sees to a question that was edited while it was worked on here.
        self.revised: Callable[[Key], Awaitable[None]] | None = None

    @property
    def busy(self) -> int:
        """How many answers are in the making."""
        return len(self._making)

    @property
    def delivering(self) -> int:
        """How many are made and on their way."""
        return len(self._running) - len(self._making)

    @property
    def versions(self) -> dict[Key, str]:
        """The questions that are seen to, each in which version."""
        return {key: job.ask.version for key, job in self._running.items()}

    def start(self) -> None:
        """Begin to take questions from the queue."""
        for _ in range(self._settings.workers):
            self._tasks.spawn(self._serve())

    def stop(self, key: Key, reason: str) -> bool:
        """Give up a question that is seen to; False where it is not."""
        job = self._running.get(key)
        if job is None:
            return False
        if not job.stop.flag.is_set() or reason == "deleted":
            job.stop.because(reason)
        return True

    async def turns_before(self, ask: SlackQuestion) -> int:
        """How many turns of others come before a question that waits; 0 where it does not wait."""
        before = await self._queue.before(ask)
        if before is None:
            return 0
        others = sum(1 for user in self._making.values() if user != ask.user)
        return max(0, before + others - self._settings.workers + 1)

    def lost(self, key: Key) -> None:
        """A question that is seen to here is another's now: say nothing more."""
        job = self._running.get(key)
        if job is not None and not job.stop.flag.is_set():
            job.stop.because(LOST)
            if finishing := self._finishing.get(key):
                finishing.cancel()

    async def withdraw(self, channel: str, parts: Sequence[str]) -> None:
        """Delete a reply whose question is gone."""
        ask = SlackQuestion("", channel, "", "", "", "", EventKind.MENTION)
        await self._replies.to(ask, parts).withdraw()

    async def _serve(self) -> None:
        while True:
            await self._room.acquire()
            taken = await self._queue.take()
            try:
                with logs.request():
                    await self._see_to(taken)
            except Exception:  # noqa: BLE001 (one question must not end the others)
                self._counters.failed += 1
                LOG.exception("a question in %s", taken.ask.channel)
                self._room.release()

    async def _see_to(self, taken: Taken) -> None:
        """Make what is to be said, and hand it on."""
        ask, key, resumed = taken.ask, taken.ask.key, taken.resumed
        job = _Job(ask, self._replies.to(ask, taken.parts, streams=not resumed), StopSignal(), resumed)
        self._running[key], self._making[key] = job, ask.user
        if key not in self._indicator.keys:
            self._indicator.arrived(ask)
        error: Exception | None = None
        made: Prepared | None = None
        try:
            made = await self._made(job)
        except Exception as failure:  # noqa: BLE001 (whatever it is, its asker is told)
            error = failure
        finally:
            del self._making[key]
        self._tasks.spawn(self._finish(job, made, error))

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
        ask, edited = job.ask, False
        # From here on it may be ended: a task that is ended before it begins would tidy nothing up.
        self._finishing[ask.key] = asyncio.current_task()
        try:
            if not self._is_lost(job):
                await self._deliver(job, made, error)
            if not self._is_lost(job):
                edited = not await self._end(job)
        finally:
            self._room.release()
            del self._running[ask.key], self._finishing[ask.key]
            self._indicator.done(ask.key)
        if edited and self.revised:
            await self.revised(ask.key)

    def _is_lost(self, job: _Job) -> bool:
        if not job.stop.flag.is_set() and self._database.may_be_taken_over:
            job.stop.because(LOST)
        if job.stop.reason == LOST:
            job.reply.unstream()
            LOG.warning("a question in %s is left to another bot", job.ask.channel)
        return job.stop.reason == LOST

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

    async def _end(self, job: _Job) -> bool:
        """Close the question, once the database can be reached; False where it was edited."""
        ask, reply, reason = job.ask, job.reply, job.stop.reason
        if reason == "deleted":
            # Once more: the answer may have been kept since.
            await self._surely(self._database.withdraw, ask.key)
            await asyncio.to_thread(self._answering.forget, ask.key, ask.thread)
            await reply.withdraw()
            return True
        return bool(await self._surely(self._database.finish, ask.key, ask.version, tuple(reply.parts)))

    async def _surely(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await self._database.surely(LEASE_SECONDS, call, *arguments)

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
        with suppress(Undelivered, SlackApiError, ClientError, TimeoutError, OnRecordError):
            await self._delivery.answer(ask, reply, [said(sorry(error, id_))])
            return
        await self._delivery.undelivered(ask, why(error))
