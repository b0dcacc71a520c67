"""Answers that were given in Slack, among the kept ones of their record, and questions that wait there."""

import asyncio
from collections.abc import Iterator

from bot.kept_answers.keeping import keep_answer, keep_question
from bot.kept_answers.telling import Telling
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG
from bot.slack.database import SavedAnswer
from bot.slack.events import SlackQuestion
from bot.slack.settings import ChannelSettings, SlackSettings
from bot.types import Answer
from index.catalog.location import RecordLocation
from index.errors import OnRecordError
from index.types import Query

PREFIX = "slack "
Key = tuple[str, str, str]


def place_of(key: Key) -> str:
    """Where a question was asked, among all kept answers."""
    return PREFIX + " ".join(key)


class KeptInSlack:
    """Keeps and forgets."""

    def __init__(self, pool: AnswerPool, settings: SlackSettings) -> None:
        self._pool = pool
        self._settings = settings

    async def keep(self, ask: SlackQuestion, answer: Answer, id_: str) -> None:
        """Keep an answer, in place of an earlier one to the same question; a failure is logged."""
        channel = self._settings.of(ask.place)

        def keep() -> None:
            store, place = Telling(self._pool.record(channel)), place_of(ask.key)
            if answer.citations:
                keep_answer(store, self._pool.index(channel).catalog, id_, place, answer)
            else:
                store.forget(place=place)

        try:
            await asyncio.to_thread(keep)
        except OnRecordError as error:
            LOG.error("an answer was not kept: %s", error)

    def wait(self, given: SavedAnswer) -> None:
        """Let the question of an answer wait until it is on record. Raises OnRecordError."""
        channel = self._settings.of(given.place)
        text = str(given.body.get("standalone") or given.question)
        query = Query(text, channel.since, channel.until, channel.sources)
        place = place_of((given.team, given.channel, given.ts))
        store = Telling(self._pool.record(channel))
        keep_question(store, self._pool.index(channel).catalog, given.id, place, query)

    def share(self, given: SavedAnswer) -> None:
        """An answer that its asker alone saw was shared. Raises OnRecordError."""
        record = self._pool.record(self._settings.of(given.place))
        if Telling.exists(record):
            Telling(record).share(given.id)

    def toggle(self, channel: str, user: str) -> bool:
        """Say nothing of the kind in a channel, or to a person alone, or do so again; whether it is muted.

        Raises OnRecordError.
        """
        name = user if channel.startswith("D") else channel
        muted = [store.toggle(name) for _, store in self.stores()]
        return any(muted)

    def forget(self, key: Key) -> None:
        """A question was deleted. Raises OnRecordError."""
        for _, store in self.stores():
            store.forget(place=place_of(key))

    def expire(self, days: int) -> None:
        """Forget what is older. Raises OnRecordError."""
        for _, store in self.stores():
            store.expire(PREFIX, days)

    def stores(self) -> Iterator[tuple[ChannelSettings, Telling]]:
        """The records beside which something is kept, each with settings that name it."""
        seen: set[RecordLocation] = set()
        for channel in (self._settings.everywhere, *self._settings.channel.values()):
            record = self._pool.record(channel)
            if record not in seen and Telling.exists(record):
                yield channel, Telling(record)
            seen.add(record)
