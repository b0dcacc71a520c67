"""What people see while a question is answered: a status and Stop in its thread, or 👀 where those fail.

All of it is decoration. Nobody waits for it: what is wanted is written down, and one task for each question
brings Slack up to it, call by call. What is outdated before its turn is never sent.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Key
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.rate_limits import RateLimit
from bot.slack.views.escaping import literal

# Where one of these is said, the method will not work anywhere before the app is installed anew.
_NOWHERE = {"missing_scope", "unknown_method", "feature_not_enabled", "not_allowed_token_type"}
# What these say will pass.
_FOR_NOW = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_STATUS, _SESSION = "assistant.threads.setStatus", "agents.sessions.setStatus"
_ADD, _REMOVE = "reactions.add", "reactions.remove"
_SEEN = "eyes"
_TRIES = 3
# What is begun has to be ended by a second call of the same limit (50 sessions, 20 removals a minute).
_BEGUN_SESSIONS, _BEGUN_MARKS, _MINUTE = 22, 18, 61.0


@dataclass
class _Line:
    """What is wanted for a question, and what Slack was told of it."""

    ask: SlackQuestion
    status: str = ""
    working: bool = True
    told_status: str = ""
    told_working: bool = False
    marked: bool = False
    passed_over: frozenset[str] = frozenset()
    running: asyncio.Task[None] | None = None


class StatusIndicator:
    """Says what is going on. No method waits for Slack."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client
        self._client = client.quick()
        self._limits = client.limits
        self._lines: dict[Key, _Line] = {}
        self._resting: set[asyncio.Task[None]] = set()
        # Methods that do not work: in a channel, or anywhere ("").
        self._hopeless: set[tuple[str, str]] = set()
        self._sessions = RateLimit(_BEGUN_SESSIONS, _MINUTE)
        self._marks = RateLimit(_BEGUN_MARKS, _MINUTE)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def keys(self) -> set[Key]:
        """The questions of which something is shown."""
        return set(self._lines)

    def arrived(self, ask: SlackQuestion) -> None:
        """A question is seen."""
        if ask.kind is EventKind.COMMAND:
            return  # The command itself was answered with a word.
        line = self._lines.setdefault(ask.key, _Line(ask))
        line.ask, line.working = ask, True
        self._want(line, "is looking at your question …")

    def says(self, ask: SlackQuestion, status: str) -> None:
        """What is being done right now."""
        if line := self._lines.get(ask.key):
            self._want(line, status)

    def done(self, key: Key) -> None:
        """The question is dealt with, or gone."""
        if line := self._lines.get(key):
            line.working = False
            self._want(line, "")

    def at_rest(self, channel: str, thread: str) -> None:
        """Nothing is being done in a thread."""
        task = asyncio.create_task(self._rest(channel, thread))
        self._resting.add(task)
        task.add_done_callback(self._resting.discard)

    async def close(self) -> None:
        """Leave everything as it is."""
        tasks = [*self._resting, *(line.running for line in self._lines.values() if line.running)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _want(self, line: _Line, status: str) -> None:
        line.status = status
        if line.running is None or line.running.done():
            line.running = asyncio.create_task(self._keep_up(line))

    async def _keep_up(self, line: _Line) -> None:
        while step := self._next(line):
            await step()
        if not line.working:
            self._lines.pop(line.ask.key, None)

    def _next(self, line: _Line) -> Callable[[], Awaitable[None]] | None:
        """The next call that brings Slack nearer to what is wanted; None where it is there."""
        channel = line.ask.channel
        if line.working:
            if not line.told_working and self._may_begin(line, _SESSION, self._sessions):
                return lambda: self._session(line, working=True)
            fresh = line.status != line.told_status and self._limits.has_room(_STATUS)
            if fresh and self._may(_STATUS, channel):
                return lambda: self._status(line)
            if not self._may(_STATUS, channel) and self._may_mark(line):
                return lambda: self._mark(line)
            return None
        if line.told_status and self._may(_STATUS, channel):
            return lambda: self._status(line)
        if line.told_working and self._may(_SESSION, channel):
            return lambda: self._session(line, working=False)
        return (lambda: self._unmark(line)) if line.marked else None

    def _may_begin(self, line: _Line, method: str, begun: RateLimit) -> bool:
        """Whether something may be begun that has to be ended later; once asked, it is asked no more."""
        if method in line.passed_over or not self._may(method, line.ask.channel):
            return False
        line.passed_over |= {method}
        if begun.wait_seconds or not self._limits.has_room(method):
            return False
        begun.take()
        return True

    def _may_mark(self, line: _Line) -> bool:
        direct = line.ask.channel.startswith("D")
        return not direct and not line.marked and self._may_begin(line, _ADD, self._marks)

    def _may(self, method: str, channel: str) -> bool:
        return not {(method, ""), (method, channel)} & self._hopeless

    async def _session(self, line: _Line, *, working: bool) -> None:
        ask = line.ask
        title = {"title": literal(ask.text, 190)} if working else {}
        line.told_working = working
        await self._try(
            _SESSION,
            ask.channel,
            lambda: self._client.agents_sessions_setStatus(
                channel_id=ask.channel,
                thread_ts=ask.thread,
                status="processing" if working else "active",
                **title,
            ),
        )

    async def _status(self, line: _Line) -> None:
        ask, status = line.ask, line.status
        line.told_status = status
        await self._try(
            _STATUS,
            ask.channel,
            lambda: self._client.assistant_threads_setStatus(
                channel_id=ask.channel, thread_ts=ask.thread, status=status
            ),
        )

    async def _mark(self, line: _Line) -> None:
        line.marked = True
        ask = line.ask
        await self._try(
            _ADD,
            ask.channel,
            lambda: self._client.reactions_add(channel=ask.channel, timestamp=ask.ts, name=_SEEN),
        )

    async def _unmark(self, line: _Line) -> None:
        line.marked = False
        ask = line.ask
        await self._try(
            _REMOVE,
            ask.channel,
            lambda: self._client.reactions_remove(channel=ask.channel, timestamp=ask.ts, name=_SEEN),
        )

    async def _rest(self, channel: str, thread: str) -> None:
        if self._may(_SESSION, channel):
            await self._try(
                _SESSION,
                channel,
                lambda: self._client.agents_sessions_setStatus(
                    channel_id=channel, thread_ts=thread, status="active"
                ),
            )

    async def _try(self, method: str, channel: str, call: Callable[[], Awaitable[Any]]) -> None:
        for attempt in range(_TRIES):
            try:
                await call()
                return
            except (SlackApiError, ClientError, TimeoutError) as error:
                reason = why(error)
                if isinstance(error, SlackApiError) and reason not in _FOR_NOW:
                    self._give_up(method, channel, reason)
                    return
            await asyncio.sleep(1.0 + attempt)

    def _give_up(self, method: str, channel: str, reason: str) -> None:
        if method == _REMOVE or reason == "already_reacted":
            return  # It is as it was wanted.
        where = "" if reason in _NOWHERE else channel
        if (method, where) not in self._hopeless:
            self._hopeless.add((method, where))
            # What one channel does not allow is no fault of anybody's.
            LOG.log(
                logging.INFO if where else logging.WARNING,
                "%s is not available%s (%s); going on without it",
                method,
                where and f" in {where}",
                reason,
            )
