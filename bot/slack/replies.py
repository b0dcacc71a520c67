"""Replies to questions, each with what is remembered of it on disk."""

from collections.abc import Sequence

from bot.slack.client import LOG, SlackClient
from bot.slack.database import Database
from bot.slack.events import SlackQuestion
from bot.slack.reply import Reply, ReplyMemory
from index.errors import RecordUnreachable

# Seconds for which a database that is away is waited for.
_PATIENCE = 5.0


class Replies:
    """Makes replies."""

    def __init__(self, client: SlackClient, me: str, database: Database) -> None:
        """`me` is the bot's user."""
        self._client = client
        self._me = me
        self._database = database

    def to(self, ask: SlackQuestion, parts: Sequence[str] = (), *, streams: bool = True) -> Reply:
        """The reply to a question; `parts` are its messages so far."""

        async def taken() -> set[str]:
            place = ask.team, ask.channel, ask.thread
            return await self._database.surely(_PATIENCE, self._database.replies_in, *place)

        async def keep(parts: tuple[str, ...]) -> None:
            try:
                await self._database.surely(_PATIENCE, self._database.replied, ask.key, parts)
            except RecordUnreachable as error:
                # They are kept with the end of the question, and bear a trace until then.
                LOG.warning("%s", error)

        return Reply(self._client, ask, self._me, ReplyMemory(taken, keep), parts, streams=streams)
