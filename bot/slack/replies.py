"""Replies to questions, each with what is remembered of it on disk."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.slack.client import SlackClient
from bot.slack.database import Database
from bot.slack.events import SlackQuestion
from bot.slack.reply import Reply, ReplyMemory

Do = Callable[..., Awaitable[Any]]


class Replies:
    """Makes replies."""

    def __init__(self, client: SlackClient, me: str, database: Database, do: Do) -> None:
        """`me` is the bot's user; `do` makes calls of the database's."""
        self._client = client
        self._me = me
        self._database = database
        self._do = do

    def to(self, ask: SlackQuestion, parts: Sequence[str] = (), *, streams: bool = True) -> Reply:
        """The reply to a question; `parts` are its messages so far."""

        async def taken() -> set[str]:
            found: set[str] = await self._do(self._database.replies_in, ask.team, ask.channel, ask.thread)
            return found

        async def keep(parts: tuple[str, ...]) -> None:
            await self._do(self._database.replied, ask.key, parts)

        return Reply(self._client, ask, self._me, ReplyMemory(taken, keep), parts, streams=streams)
