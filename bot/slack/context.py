"""What a question leans on in its thread: the words above it that were never said to the bot."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.follow_ups import depends_on_context
from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.markup import plain

Do = Callable[..., Awaitable[Any]]
_COMMAND_WORDS = ("help", "status", "articles")
# A thread's first message, and the last ones before the question.
_LAST = 3
# Reading a thread of thousands must not keep its question waiting.
_SECONDS = 20.0
_UNREADABLE = (SlackApiError, ClientError, TimeoutError)


class ContextReader:
    """Completes questions that say too little by themselves."""

    def __init__(self, client: SlackClient, database: Database, do: Do, me: str) -> None:
        """`me` is the bot's user; `do` makes calls of the database's."""
        self._client = client
        self._database = database
        self._do = do
        self._me = me

    async def complete(self, ask: SlackQuestion) -> SlackQuestion:
        """The question with what it leans on; what cannot be read is left out."""
        if ask.kind not in (EventKind.MENTION, EventKind.DIRECT, EventKind.FOLLOW_UP):
            return ask
        text = ask.text.strip(" ?!.").lower()
        if text in _COMMAND_WORDS or (text and not depends_on_context(ask.text)):
            return ask
        said = (*await self._above(ask), *ask.said)
        made = replace(ask, said=said)
        if not text and said:
            # Nothing of its own: what it is put below, or forwards, is the question.
            made = replace(ask, text=said[-1], said=said[:-1])
        if made != ask:
            await self._do(self._database.lean, made)
        return made

    async def _above(self, ask: SlackQuestion) -> tuple[str, ...]:
        """The thread's first message and the last ones before the question, of people."""
        channel, message = ask.viewed
        if ask.in_thread:
            thread = {"channel": ask.channel, "ts": ask.thread, "latest": ask.ts}
            first: list[str] = []
            last: deque[str] = deque(maxlen=_LAST)
            try:
                async with asyncio.timeout(_SECONDS):
                    async for one in self._client.replies(**thread):
                        if words := self._words(one, ask.ts):
                            (last if first else first).append(words)
            except _UNREADABLE as error:
                self._tell(ask.channel, error)
                # Slack begins with the oldest: what was read does not stand just above.
                last.clear()
            return tuple(dict.fromkeys([*first, *last]))
        if message:
            # In the pane, "this" is the message that is looked at.
            try:
                found = await self._client.conversations_replies(channel=channel, ts=message, limit=1)
            except _UNREADABLE as error:
                self._tell(channel, error)
                return ()
            return tuple(filter(None, (self._words(one, ask.ts) for one in found.get("messages") or [])))
        return ()

    def _words(self, message: dict[str, Any], before: str) -> str:
        """What a person said in a message from before then; "" where nobody did."""
        if message.get("user") == self._me or str(message.get("ts")) >= before:
            return ""
        return plain(str(message.get("text") or ""), self._me)

    def _tell(self, channel: str, error: BaseException) -> None:
        LOG.warning("what a question leans on in %s: %s", channel, why(error))
