"""The one reply to a question: streamed while it is made, posted where that is not possible, never silent.

A reply stands in the question's thread, in one message or, where it is long, in several parts. Streams are
best effort: they have their own limits, die after five minutes, and know no undo; so what matters is that the
parts in the end hold the whole answer, once. A call whose connection broke may have been done: before it is
done again, the thread is searched for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why
from bot.slack.events import SlackQuestion
from bot.slack.stream import AnswerStream, may_be_done
from bot.slack.views.block_kit import Block, Message
from bot.slack.views.escaping import mrkdwn

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
# The trace in our own messages, by which they are found again.
ANSWER = "onrecord_answer"


class Undelivered(Exception):
    """The reply could not be put where it belongs; `reason` is Slack's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ReplyMemory:
    """What is remembered of replies: `taken` gives all that are known in the thread, `keep` keeps one."""

    taken: Callable[[], Awaitable[set[str]]]
    keep: Callable[[tuple[str, ...]], Awaitable[None]]


class Reply:
    """The reply to `ask`; `parts` are its messages where an earlier attempt left some."""

    def __init__(
        self,
        client: SlackClient,
        ask: SlackQuestion,
        me: str,
        memory: ReplyMemory,
        parts: Sequence[str] = (),
        *,
        streams: bool = True,
    ) -> None:
        """`me` is the bot's user; without `streams` it is posted whole."""
        self._client = client
        self._ask = ask
        self._me = me
        self._memory = memory
        self.parts = list(parts)
        self._stream = AnswerStream(client, ask, self._streamed, self._lost)
        if parts or not streams:
            self._stream.give_up()

    def show(self, text: str) -> None:
        """Add text (markdown, escaped) to the stream, where there is one."""
        self._stream.show(text)

    def unstream(self) -> None:
        """What was streamed is not what is to be said: the message is written anew in the end."""
        self._stream.give_up()

    async def finish(self, messages: Sequence[Message], tail: Sequence[Block]) -> None:
        """Make it whole: `messages` are the answer from beginning to end, `tail` what follows a stream.

        Raises Undelivered where the thread cannot be written to.
        """
        if await self._stream.close(tail, self._metadata(0)):
            return
        for number, message in enumerate(messages):
            await self._in_full(number, message)
        await self.withdraw(len(messages))

    async def abandon(self, note: Message | None) -> None:
        """End the stream as it is, and say `note` below. Slack ended it at a press of Stop, mostly."""
        await self._stream.abandon()
        if note is not None:
            await self._in_full(len(self.parts), note)

    async def withdraw(self, first: int = 0) -> None:
        """Delete the parts from this one on."""
        for ts in self.parts[first:]:
            try:
                await self._client.chat_delete(channel=self._ask.channel, ts=ts)
            except (SlackApiError, ClientError, TimeoutError) as error:
                LOG.warning("withdrawing an answer in %s: %s", self._ask.channel, why(error))
        if self.parts[first:]:
            await self._keep(self.parts[:first])

    async def look(self) -> None:
        """Find the messages that an attempt left whose end is not known. Raises Undelivered if that fails."""
        self._stream.give_up()
        await self._adopt()
        if self.parts:
            # It may still be streaming, and could not be changed then.
            await self._stream.end(self.parts[0])

    async def _streamed(self, ts: str) -> None:
        await self._keep([ts])

    async def _lost(self) -> None:
        """The stream may or may not have begun."""
        if not self.parts:
            with suppress(Undelivered):
                await self._adopt()

    async def _in_full(self, number: int, message: Message) -> None:
        """The part; if Slack will not have it, its bare text; never nothing. Raises Undelivered."""
        try:
            await self._put(number, message.text, message.blocks)
            return
        except SlackApiError as error:
            if why(error) in _NOWHERE:
                raise Undelivered(why(error)) from error
            LOG.warning("a message in %s was refused: %s", self._ask.channel, why(error))
        plain = mrkdwn(" ".join(_said_in(message.blocks)) or message.text)
        try:
            await self._put(number, plain, ())
        except SlackApiError as error:
            raise Undelivered(why(error)) from error

    async def _put(self, number: int, text: str, blocks: Sequence[Block]) -> None:
        if number < len(self.parts):
            await self._update(number, text, blocks)
        else:
            await self._post(number, text, blocks)

    async def _update(self, number: int, text: str, blocks: Sequence[Block]) -> None:
        ts = self.parts[number]
        call: dict[str, Any] = {"channel": self._ask.channel, "ts": ts, "text": text, "blocks": list(blocks)}
        # Not as a part of a long answer alone: what was streamed had no trace so far.
        call["metadata"] = self._metadata(number)
        for attempt in range(2):
            try:
                await self._once_more(lambda: self._client.chat_update(**call))
                return
            except SlackApiError as error:
                reason = why(error)
                if reason == "streaming_state_conflict" and not attempt:
                    # It was found by its trace, or Slack did not take its end: that it streams was not known.
                    await self._stream.end(ts)
                elif reason in (
                    "invalid_blocks",
                    "msg_too_long",
                    "msg_blocks_too_long",
                    "no_text",
                    *_NOWHERE,
                ):
                    raise
                else:
                    LOG.warning("a message in %s cannot be changed: %s", self._ask.channel, reason)
                    break
        # It will not be made whole: a new one takes its place.
        with suppress(SlackApiError, ClientError, TimeoutError):
            await self._client.chat_delete(channel=self._ask.channel, ts=ts)
        await self._post(number, text, blocks)

    async def _post(self, number: int, text: str, blocks: Sequence[Block]) -> None:
        try:
            answer = await self._say(number, text, blocks)
        except (SlackApiError, ClientError, TimeoutError) as error:
            if not may_be_done(error):
                raise
            known = len(self.parts)
            await self._adopt()
            if number < len(self.parts) > known:
                await self._update(number, text, blocks)
                return
            answer = await self._once_more(lambda: self._say(number, text, blocks))
        parts = list(self.parts)
        parts[number : number + 1] = [str(answer["ts"])]
        await self._keep(parts)

    async def _say(self, number: int, text: str, blocks: Sequence[Block]) -> Any:
        return await self._client.chat_postMessage(
            channel=self._ask.channel,
            thread_ts=self._ask.thread,
            text=text,
            blocks=list(blocks),
            unfurl_links=False,
            unfurl_media=False,
            metadata=self._metadata(number),
        )

    async def _once_more(self, call: Callable[[], Any]) -> Any:
        """A call that does the same when it is done twice, or that is known not to have been done."""
        for pause in (0.5, 2.0, 5.0):
            try:
                return await call()
            except (ClientError, TimeoutError):
                await asyncio.sleep(pause)
            except SlackApiError as error:
                if not may_be_done(error):
                    raise
                await asyncio.sleep(pause)
        try:
            return await call()
        except (ClientError, TimeoutError) as error:
            raise Undelivered(type(error).__name__) from error

    async def _adopt(self) -> None:
        """Look in the thread for our messages that answer this question, and take them as the reply."""
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
        taken = await self._memory.taken()
        parts = dict(enumerate(self.parts))
        for message in found.get("messages") or []:
            ts = str(message.get("ts"))
            if message.get("user") != self._me or ts <= self._ask.ts or ts in taken.union(parts.values()):
                continue
            number = self._part(message)
            if number is not None:
                parts.setdefault(number, ts)
        whole = [parts[number] for number in range(len(parts)) if number in parts]
        if whole != self.parts:
            await self._keep(whole)

    def _part(self, message: dict[str, Any]) -> int | None:
        """Which part of this reply a message of ours is; only a stream that did not end bears no trace."""
        trace = message.get("metadata") or {}
        if not trace.get("event_type"):
            return 0
        about = trace.get("event_payload") or {}
        ours = trace["event_type"] == ANSWER and about.get("ask") == self._ask.ts
        return int(about.get("part") or 0) if ours else None

    async def _keep(self, parts: Sequence[str]) -> None:
        self.parts = list(parts)
        await self._memory.keep(tuple(parts))

    def _metadata(self, part: int) -> dict[str, Any]:
        return {"event_type": ANSWER, "event_payload": {"ask": self._ask.ts, "part": part}}


def _said_in(blocks: Sequence[Block]) -> list[str]:
    """The words of rich text, in order."""
    found: list[str] = []
    for block in blocks:
        for group in block.get("elements", []):
            found.extend(run["text"] for run in group.get("elements", []) if "text" in run)
    return found
