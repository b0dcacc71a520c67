"""Where answers are made: the record of each channel, and the questions that are put to it."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from typing import Any, TypeVar

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow
from bot.conversations import Turn
from bot.monitoring.observers import ObserverFactory
from bot.serving.record_pool import RecordPool
from bot.settings import Settings
from bot.slack.settings import ChannelSettings
from bot.types import Event
from index.catalog.location import RecordLocation
from index.catalog.overview import RecordOverview, read_overview
from index.store import Index
from index.types import Article, Query
from ingest.documents import Document
from ingest.pipeline import ingest
from ingest.web.fetcher import Policy

T = TypeVar("T")
_NEWEST = 12


class AnswerPool:
    """Answers questions from the records of a set of settings. Close it when done."""

    def __init__(self, settings: Settings, workers: int, watchers: Sequence[ObserverFactory] = ()) -> None:
        """`workers` questions are answered at once, each watched by `watchers`."""
        self._settings = settings
        self._records = RecordPool(settings, workers, watchers)

    def close(self) -> None:
        """Stop answers in the making, and give records back."""
        self._records.close()

    def home(self, channel: ChannelSettings) -> Path:
        """The record of a channel."""
        return channel.home or self._settings.home

    def record(self, channel: ChannelSettings) -> RecordLocation:
        """Where the record of a channel is: one that a channel has for its own is in that folder."""
        return RecordLocation(channel.home) if channel.home else self._settings.record

    def events(
        self, channel: ChannelSettings, query: Query, history: tuple[Turn, ...], stop: Flag
    ) -> AsyncIterator[Event]:
        """The answer in the making, as `AnswerFlow.events`; `stop` ends it at once, whatever it waits for."""
        return self._records.events(self.record(channel), query, history, stop)

    def from_attached(
        self, home: Path, query: Query, history: tuple[Turn, ...], stop: Flag
    ) -> AsyncIterator[Event]:
        """The same from a record of what is attached (`put`)."""
        return self._records.events(home, query, history, stop)

    def put(
        self, channel: ChannelSettings, home: Path, documents: Sequence[Document]
    ) -> list[tuple[str, str]]:
        """Make a record of documents alone; those that cannot be read, each with the reason."""
        Index.create(home)
        with Index(home, self.index(channel).embedder) as index:
            return [(failure.origin, failure.reason) for failure in ingest(index, documents).failures]

    def forget(self, home: Path) -> None:
        """Close the record of what was attached."""
        self._records.forget(home)

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Run something else that takes its time, in turn with the questions."""
        return await self._records.run(call, *arguments)

    async def look(self, call: Callable[..., T], *arguments: Any) -> T:
        """Look something up on record; no question holds it up, and it holds up none."""
        return await self._records.look(call, *arguments)

    def glance(self, channel: ChannelSettings) -> RecordOverview:
        """What is on record for a channel; nothing where there is no record yet. Raises RecordError."""
        return read_overview(self.record(channel), _NEWEST) or RecordOverview()

    def count(self, channel: ChannelSettings) -> int:
        """How many articles are on record for a channel."""
        return (read_overview(self.record(channel)) or RecordOverview()).articles

    def article(self, channel: ChannelSettings, id_: str) -> Article | None:
        """An article as it is now; None where it is no longer on record."""
        record = self.record(channel)
        if not record.exists():
            return None
        with Index(record) as index, index.catalog.read() as snapshot:
            return snapshot.article(id_)

    def index(self, channel: ChannelSettings) -> Index:
        """The open record of a channel."""
        return self._records.index(self.record(channel))

    def answers(self, channel: ChannelSettings, query: Query) -> bool:
        """Whether the record answers, by the writer that costs nothing; neither counted nor logged."""
        return bool(self.flow_without_model(channel).invoke(query).sentences)

    def flow_without_model(self, channel: ChannelSettings) -> AnswerFlow:
        """What answers from the record of a channel at no cost, neither counted nor logged."""
        without = replace(self._settings.of(self.record(channel)), model="")
        return build_flow(self.index(channel), without)

    def policy(self) -> Policy:
        """What fetching may do."""
        return Policy(allow_private=self._settings.allow_private, contact=self._settings.contact)

    def warm(self, channel: ChannelSettings) -> None:
        """Load what the first question needs, so that it need not wait for it. Raises OnRecordError."""
        self._records.warm(self.record(channel))
