"""The one reply to a question: streamed while it is made, posted where that is not possible, never silent.

A reply is a message in the question's thread. Streams are best effort: they have their own limits, die after
five minutes, and know no undo; so what matters is that the message in the end holds the whole answer, once.
A call whose connection broke may have been done: before it is done again, the thread is searched for it.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, why
from bot.slack.events import SlackQuestion
from bot.slack.rate_limits import RateLimits
from bot.slack.views.block_kit import MESSAGE, Block, Message, mrkdwn, weigh

# Streams were seen to die at five minutes.
_STREAM_SECONDS = 240.0
_NOWHERE = {
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "thread_locked",
    "messages_tab_disabled",
    "cannot_reply_to_message",
    "message_not_found_in_channel",
}


class Undelivered(Exception):
    """The reply could not be put where it belongs; `reason` is Slack's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reply:
    """The reply to `ask`; `ts` is its message where an earlier attempt left one."""

    def __init__(
        self,
        client: AsyncWebClient,
        ask: SlackQuestion,
        me: str,
        paces: RateLimits,
        known: Callable[[], Any],
        posted: Callable[[str], Any],
        ts: str = "",
    ) -> None:
        """`posted` is awaited with the message's ts as soon as there is one; `known` gives other replies'."""
        self._client = client
        self._ask = ask
        self._me = me
        self._paces = paces
        self._known = known
        self._posted = posted
        self.ts = ts
        self._pending = ""
        self._streamed = 0
        self._began = 0.0
        self._streams = not ts
        self._streaming = False
        self._flushing: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Add text (markdown, escaped) to the stream, where there is one."""
        if not self._streams:
            return
        self._pending += text
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    def unstream(self) -> None:
        """What was streamed is not what is to be said: the message is written anew in the end."""
        self._streams = False

    async def finish(self, messages: Sequence[Message], tail: Sequence[Block]) -> None:
        """Make it whole: `messages` are the answer from beginning to end, `tail` what follows a stream.

        Raises Undelivered where the thread cannot be written to.
        """
        await self._flushed()
        if self._streaming and await self._stop(tail):
            return
        await self._whole(messages)

    async def abandon(self) -> None:
        """End the stream as it is. Slack ended it at a press of Stop, unless it began in that moment."""
        await self._flushed()
        if self._streaming:
            await self._end_stream()

    async def look(self) -> None:
        """Find the message that an attempt left whose end is not known. Raises Undelivered if that fails."""
        self._streams = False
        if not self.ts:
            await self._adopt()
        if self.ts:
            # It may still be streaming, and could not be changed then.
            await self._end_stream()

    async def _flushed(self) -> None:
        while self._flushing is not None and not self._flushing.done():
            await self._flushing

    async def _flush(self) -> None:
        while self._pending and self._streams:
            text, self._pending = self._pending, ""
            try:
                if self._streamed + len(text) > MESSAGE:
                    self._streams = False
                elif self._streaming:
                    await self._append(text)
                elif self._paces.streams.take():
                    await self._start(text)
                else:
                    self._streams = False
            except (SlackApiError, ClientError, TimeoutError) as error:
                # The message is made whole by `finish`, whatever happened to the stream.
                LOG.warning("stream in %s: %s", self._ask.channel, why(error))
                self._streams = False
                if not self.ts and _may_be_done(error):
                    with suppress(Undelivered):
                        await self._adopt()

    async def _start(self, text: str) -> None:
        answer = await self._client.chat_startStream(
            channel=self._ask.channel,
            thread_ts=self._ask.thread,
            recipient_team_id=self._ask.team,
            recipient_user_id=self._ask.user,
            chunks=[{"type": "markdown_text", "text": text}],
        )
        self._streaming = True
        self._began = time.monotonic()
        self._streamed = len(text)
        await self._is(str(answer["ts"]))

    async def _append(self, text: str) -> None:
        if time.monotonic() - self._began > _STREAM_SECONDS or not self._paces.appends.take():
            self._streams = False
            return
        await self._client.chat_appendStream(
            channel=self._ask.channel, ts=self.ts, chunks=[{"type": "markdown_text", "text": text}]
        )
        self._streamed += len(text)

    async def _stop(self, tail: Sequence[Block]) -> bool:
        """Whether the stream holds the whole answer and was ended with its tail."""
        size = self._streamed + sum(map(weigh, tail))
        if not self._streams or size > MESSAGE or time.monotonic() - self._began > _STREAM_SECONDS:
            await self._end_stream()
            return False
        try:
            await self._client.chat_stopStream(
                channel=self._ask.channel, ts=self.ts, blocks=list(tail), metadata=self._metadata()
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("end of the stream in %s: %s", self._ask.channel, why(error))
            await self._end_stream()
            return False
        return True

    async def _end_stream(self) -> None:
        with suppress(SlackApiError, ClientError, TimeoutError):
            await self._client.chat_stopStream(channel=self._ask.channel, ts=self.ts)

    async def _whole(self, messages: Sequence[Message]) -> None:
        first, *rest = messages
        if self.ts:
            await self._in_full(first, self._update)
        else:
            await self._in_full(first, self._post)
        for message in rest:
            await self._in_full(message, self._post_more)

    async def _in_full(self, message: Message, put: Callable[[str, Sequence[Block]], Any]) -> None:
        """The message; if Slack will not have it, its bare text; never nothing."""
        try:
            await put(message.text, message.blocks)
            return
        except SlackApiError as error:
            if why(error) in _NOWHERE:
                raise Undelivered(why(error)) from error
            LOG.warning("a message in %s was refused: %s", self._ask.channel, why(error))
        plain = " ".join(_said_in(message.blocks))
        try:
            await put(mrkdwn(plain or message.text), ())
        except SlackApiError as error:
            raise Undelivered(why(error)) from error

    async def _update(self, text: str, blocks: Sequence[Block], *, again: bool = False) -> None:
        call: dict[str, Any] = {"channel": self._ask.channel, "text": text, "blocks": list(blocks)}
        try:
            await self._once_more(lambda: self._client.chat_update(ts=self.ts, **call))
        except SlackApiError as error:
            if why(error) == "streaming_state_conflict" and not again:
                # It was found by its trace: that it streams was not known.
                await self._end_stream()
                await self._update(text, blocks, again=True)
                return
            if why(error) not in ("message_not_found", "cant_update_message", "edit_window_closed"):
                raise
            self.ts = ""
            await self._post(text, blocks)

    async def _post(self, text: str, blocks: Sequence[Block]) -> None:
        try:
            answer = await self._say(text, blocks, self._metadata())
        except (SlackApiError, ClientError, TimeoutError) as error:
            if not _may_be_done(error):
                raise
            await self._adopt()
            if self.ts:
                await self._update(text, blocks)
                return
            answer = await self._once_more(lambda: self._say(text, blocks, self._metadata()))
        await self._is(str(answer["ts"]))

    async def _post_more(self, text: str, blocks: Sequence[Block]) -> None:
        await self._say(text, blocks, None)

    async def _say(self, text: str, blocks: Sequence[Block], metadata: dict[str, Any] | None) -> Any:
        try:
            return await self._client.chat_postMessage(
                channel=self._ask.channel,
                thread_ts=self._ask.thread,
                text=text,
                blocks=list(blocks),
                unfurl_links=False,
                unfurl_media=False,
                metadata=metadata,
            )
        except (ClientError, TimeoutError):
            if metadata is not None:
                raise
            raise Undelivered("connection") from None

    async def _once_more(self, call: Callable[[], Any]) -> Any:
        """A call that does the same when it is done twice, or that is known not to have been done."""
        for pause in (0.5, 2.0, 5.0):
            try:
                return await call()
            except (ClientError, TimeoutError):
                await asyncio.sleep(pause)
            except SlackApiError as error:
                if not _may_be_done(error):
                    raise
                await asyncio.sleep(pause)
        try:
            return await call()
        except (ClientError, TimeoutError) as error:
            raise Undelivered(type(error).__name__) from error

    async def _adopt(self) -> None:
        """Look in the thread for a message of ours that answers this question, and take it as the reply."""
        try:
            found = await self._once_more(
                lambda: self._client.conversations_replies(
                    channel=self._ask.channel,
                    ts=self._ask.thread,
                    oldest=self._ask.ts,
                    limit=100,
                    include_all_metadata=True,
                )
            )
        except SlackApiError as error:
            raise Undelivered(why(error)) from error
        taken = await self._known()
        for message in found.get("messages") or []:
            answers = ((message.get("metadata") or {}).get("event_payload") or {}).get("ask")
            ours = message.get("user") == self._me and message.get("ts") not in taken
            if ours and message["ts"] > self._ask.ts and answers in (None, self._ask.ts):
                await self._is(str(message["ts"]))
                return

    async def _is(self, ts: str) -> None:
        self.ts = ts
        await self._posted(ts)

    def _metadata(self) -> dict[str, Any]:
        return {"event_type": "onrecord_answer", "event_payload": {"ask": self._ask.ts}}


def _may_be_done(error: BaseException) -> bool:
    """Whether the call may have had its effect although it failed."""
    if isinstance(error, SlackApiError):
        return int(getattr(error.response, "status_code", 200) or 200) >= 500
    return True


def _said_in(blocks: Sequence[Block]) -> list[str]:
    """The words of rich text, in order."""
    found: list[str] = []
    for block in blocks:
        for group in block.get("elements", []):
            found.extend(run["text"] for run in group.get("elements", []) if "text" in run)
    return found
