"""What to suggest: the titles of the newest articles, which are questions enough, where they are answered."""

import asyncio

from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG
from bot.slack.settings import ChannelSettings
from index.errors import OnRecordError
from index.types import Article, Query

_MOST = 4
_TITLE = 75


class Suggestions:
    """The suggestions for the main record, made anew when the record has moved on."""

    def __init__(self, work: AnswerPool, channel: ChannelSettings) -> None:
        self._work = work
        self._channel = channel
        self._generation = -1
        self._made: tuple[str, ...] = ()
        self._making: asyncio.Task[None] | None = None

    def ready(self) -> tuple[str, ...]:
        """Up to four questions, those that were made last; new ones are made meanwhile where it is time."""
        self._make()
        return self._made

    async def made(self) -> tuple[str, ...]:
        """The same, but waits for the first ones where there are none yet."""
        making = self._make()
        if not self._made:
            await asyncio.shield(making)
        return self._made

    def _make(self) -> "asyncio.Task[None]":
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._refresh())
        return self._making

    async def _refresh(self) -> None:
        try:
            glance = await self._work.look(self._work.glance, self._channel)
            if glance.generation != self._generation:
                self._made = await self._answered(glance.newest)
                self._generation = glance.generation
        except OnRecordError as error:
            LOG.warning("suggestions: %s", error)

    async def _answered(self, articles: tuple[Article, ...]) -> tuple[str, ...]:
        made: list[str] = []
        for article in articles:
            if len(made) == _MOST:
                break
            title = " ".join(article.title.split()).rstrip(".")
            if not 8 <= len(title) <= _TITLE:
                continue
            query = Query(title, literally=True)
            if await self._work.run(self._work.answers, self._channel, query):
                made.append(title)
        return tuple(made)
