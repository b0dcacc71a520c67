"""What a question leans on in its thread: the words above it that were never said to the bot."""

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
            found = await self._replies(
                channel=ask.channel, ts=ask.thread, latest=ask.ts, inclusive=False, limit=100
            )
        elif message:
            # In the pane, "this" is the message that is looked at.
            found = await self._replies(channel=channel, ts=message, limit=1)
        else:
            return ()
        above = [one for one in found if str(one.get("ts")) < ask.ts]
        said = [
            words
            for one in above
            if one.get("user") != self._me and (words := plain(str(one.get("text") or ""), self._me))
        ]
        return tuple(dict.fromkeys([*said[:1], *said[1:][-_LAST:]]))

    async def _replies(self, **about: Any) -> list[dict[str, Any]]:
        try:
            found = await self._client.conversations_replies(**about)
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("what a question leans on in %s: %s", about["channel"], why(error))
            return []
        return list(found.get("messages") or [])
