"""An answer as it is made, streamed into one message. Best effort: what it lacks in the end is written anew.

Streams have limits of their own, die after five minutes, and know no undo.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why
from bot.slack.events import SlackQuestion
from bot.slack.views.block_kit import MESSAGE, Block, weigh

# Streams were seen to die at five minutes.
_SECONDS = 240.0


class AnswerStream:
    """The stream of a reply."""

    def __init__(
        self,
        client: SlackClient,
        ask: SlackQuestion,
        began: Callable[[str], Awaitable[None]],
        lost: Callable[[], Awaitable[None]],
    ) -> None:
        """`began` is told the message's ts; `lost` that it is not known whether there is a message."""
        self._client = client
        self._limits = client.limits
        self._ask = ask
        self._told = began
        self._lost = lost
        self._ts = ""
        self._pending = ""
        self._size = 0
        self._began = 0.0
        self._wanted = True
        self._flushing: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Add text (markdown, escaped)."""
        if not self._wanted:
            return
        self._pending += text
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    def give_up(self) -> None:
        """What was streamed is not what is to be said."""
        self._wanted = False

    async def close(self, tail: Sequence[Block], metadata: dict[str, Any]) -> bool:
        """Whether the stream holds the whole answer, and was ended with its tail."""
        await self._flushed()
        if not self._ts:
            return False
        size = self._size + sum(map(weigh, tail))
        if not self._wanted or size > MESSAGE or self._old:
            await self.end(self._ts)
            return False
        try:
            await self._client.chat_stopStream(
                channel=self._ask.channel, ts=self._ts, blocks=list(tail), metadata=metadata
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("end of the stream in %s: %s", self._ask.channel, why(error))
            await self.end(self._ts)
            return False
        return True

    async def abandon(self) -> None:
        """End it as it is."""
        await self._flushed()
        if self._ts:
            await self.end(self._ts)

    async def end(self, ts: str) -> None:
        """End the stream of a message, if it is one."""
        with suppress(SlackApiError, ClientError, TimeoutError):
            await self._client.chat_stopStream(channel=self._ask.channel, ts=ts)

    @property
    def _old(self) -> bool:
        return time.monotonic() - self._began > _SECONDS

    async def _flushed(self) -> None:
        while self._flushing is not None and not self._flushing.done():
            await self._flushing

    async def _flush(self) -> None:
        while self._pending and self._wanted:
            text, self._pending = self._pending, ""
            try:
                if self._size + len(text) > MESSAGE:
                    self._wanted = False
                elif self._ts:
                    await self._append(text)
                elif self._limits.begin_stream():
                    await self._start(text)
                else:
                    self._wanted = False
            except (SlackApiError, ClientError, TimeoutError) as error:
                LOG.warning("stream in %s: %s", self._ask.channel, why(error))
                self._wanted = False
                if may_be_done(error):
                    await self._lost()

    async def _start(self, text: str) -> None:
        answer = await self._client.chat_startStream(
            channel=self._ask.channel,
            thread_ts=self._ask.thread,
            recipient_team_id=self._ask.team,
            recipient_user_id=self._ask.user,
            chunks=[{"type": "markdown_text", "text": text}],
        )
        self._ts = str(answer["ts"])
        self._began = time.monotonic()
        self._size = len(text)
        await self._told(self._ts)

    async def _append(self, text: str) -> None:
        if self._old or not self._limits.has_room("chat.appendStream"):
            self._wanted = False
            return
        await self._client.chat_appendStream(
            channel=self._ask.channel, ts=self._ts, chunks=[{"type": "markdown_text", "text": text}]
        )
        self._size += len(text)


def may_be_done(error: BaseException) -> bool:
    """Whether a call may have had its effect although it failed."""
    if isinstance(error, SlackApiError):
        return int(getattr(error.response, "status_code", 200) or 200) >= 500
    return True
