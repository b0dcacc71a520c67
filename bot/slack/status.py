"""What people see while a question is being answered: a status in the pane, 👀 in a channel.

All of it is best effort. A method that this workspace or these scopes do not allow is not called again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, why
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.rate_limits import RateLimits
from bot.slack.views.block_kit import literal

_HOPELESS = {
    "missing_scope",
    "unknown_method",
    "feature_not_enabled",
    "not_allowed_token_type",
    "no_permission",
}
_SEEN = "eyes"


class StatusIndicator:
    """Says what is going on."""

    def __init__(self, client: AsyncWebClient, paces: RateLimits) -> None:
        self._client = client
        self._paces = paces
        self._hopeless: set[str] = set()
        self._marked: set[tuple[str, str]] = set()
        self._arriving: dict[tuple[str, str, str], asyncio.Event] = {}

    async def arrived(self, ask: SlackQuestion) -> None:
        """A question is seen. What is said of it next waits for this, lest this be the last that is said."""
        told = self._arriving[ask.key] = asyncio.Event()
        try:
            await self._arrived(ask)
        finally:
            told.set()
            self._arriving.pop(ask.key, None)

    async def _after_arrival(self, ask: SlackQuestion) -> None:
        if told := self._arriving.get(ask.key):
            await told.wait()

    async def _arrived(self, ask: SlackQuestion) -> None:
        if ask.kind is EventKind.COMMAND:
            return  # The command itself was answered with a word.
        if ask.channel.startswith("D"):
            await self._try(
                "agents.sessions.setStatus",
                lambda: self._client.agents_sessions_setStatus(
                    channel_id=ask.channel,
                    thread_ts=ask.thread,
                    status="processing",
                    title=literal(ask.text, 190),
                ),
            )
            await self._says(ask, "is looking at your question …")
        elif self._paces.reactions.take():
            self._marked.add((ask.channel, ask.ts))
            await self._try(
                "reactions.add",
                lambda: self._client.reactions_add(channel=ask.channel, timestamp=ask.ts, name=_SEEN),
            )

    async def says(self, ask: SlackQuestion, status: str) -> None:
        """What is being done right now; "" is nothing."""
        await self._after_arrival(ask)
        await self._says(ask, status)

    async def _says(self, ask: SlackQuestion, status: str) -> None:
        if not ask.channel.startswith("D") or ask.kind is EventKind.COMMAND:
            return
        await self._try(
            "assistant.threads.setStatus",
            lambda: self._client.assistant_threads_setStatus(
                channel_id=ask.channel, thread_ts=ask.thread, status=status
            ),
        )

    async def done(self, ask: SlackQuestion) -> None:
        """The question is dealt with."""
        await self._after_arrival(ask)
        if ask.channel.startswith("D") and ask.kind is not EventKind.COMMAND:
            await self.says(ask, "")
            await self.at_rest(ask.channel, ask.thread)
        elif (ask.channel, ask.ts) in self._marked:
            self._marked.discard((ask.channel, ask.ts))
            await self._try(
                "reactions.remove",
                lambda: self._client.reactions_remove(channel=ask.channel, timestamp=ask.ts, name=_SEEN),
            )

    async def at_rest(self, channel: str, thread: str) -> None:
        """Nothing is being done in a thread of the pane."""
        if not channel.startswith("D"):
            return
        await self._try(
            "agents.sessions.setStatus",
            lambda: self._client.agents_sessions_setStatus(
                channel_id=channel, thread_ts=thread, status="active"
            ),
        )

    async def _try(self, method: str, call: Callable[[], Awaitable[Any]]) -> None:
        if method in self._hopeless:
            return
        try:
            await call()
        except (SlackApiError, ClientError, TimeoutError) as error:
            if why(error) in _HOPELESS:
                self._hopeless.add(method)
                LOG.warning("%s is not available (%s); going on without it", method, why(error))
