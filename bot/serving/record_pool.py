"""Records opened once, and questions answered in a bounded number of threads.

A loop that talks to others never waits for a search: events of an answer come to it through a queue.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import cached_property
from pathlib import Path
from threading import Event as Flag
from threading import Lock
from typing import Any, TypeVar

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow, open_embedder, vector_server
from bot.conversations import Turn
from bot.monitoring.observers import ObserverFactory, observed
from bot.settings import Settings
from bot.types import Cancelled, Event
from index.catalog.location import RecordLocation, located
from index.embedding.embedder import Embedder, Rerank, load_reranker
from index.store import Index
from index.types import Query

T = TypeVar("T")
# Threads for what is looked up beside the questions: articles, overviews, windows in Slack.
_LOOKERS = 4


class RecordPool:
    """Answers questions from records, which it opens when they are first asked. Close it when done."""

    def __init__(self, settings: Settings, workers: int, watchers: Sequence[ObserverFactory] = ()) -> None:
        """`workers` questions are answered at once, each watched by `watchers`."""
        self.settings = settings
        self._watchers = watchers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="answering")
        self._looking = ThreadPoolExecutor(_LOOKERS, thread_name_prefix="looking")
        self._open: dict[RecordLocation, tuple[Index, AnswerFlow]] = {}
        self._embedders: dict[str, Embedder] = {}
        self._lock = Lock()
        self._closing = Flag()

    def close(self) -> None:
        """Stop answers in the making, and give records back."""
        self._closing.set()
        for threads in (self._threads, self._looking):
            threads.shutdown(wait=True, cancel_futures=True)
        for index, _ in self._open.values():
            index.close()

    async def events(
        self, where: Path | RecordLocation, query: Query, history: tuple[Turn, ...], stop: Flag
    ) -> AsyncIterator[Event]:
        """The answer in the making, as `AnswerFlow.events`; `stop` ends it at once, whatever it waits for."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()

        def put(item: Event | BaseException | None) -> None:
            with suppress(RuntimeError):  # The loop is gone: nobody waits.
                loop.call_soon_threadsafe(queue.put_nowait, item)

        def stopping() -> bool:
            return stop.is_set() or self._closing.is_set()

        def work() -> None:
            try:
                for event in self._events(located(where), query, history, stopping):
                    if stopping():
                        break
                    put(event)
            except Cancelled:
                pass  # A model was waited for, and nobody waits any more.
            except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
                put(error)
            put(None)

        # With the context of whoever asks: log lines carry the request's id.
        self._threads.submit(copy_context().run, work)
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Run something else that takes its time, in turn with the questions."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    async def look(self, call: Callable[..., T], *arguments: Any) -> T:
        """Look something up on record; no question holds it up, and it holds up none."""
        return await asyncio.get_running_loop().run_in_executor(self._looking, call, *arguments)

    def index(self, where: Path | RecordLocation) -> Index:
        """The open record there. Raises RecordUnreadable where there is none."""
        return self._record(located(where))[0]

    def forget(self, where: Path | RecordLocation) -> None:
        """Close the record there, which will not be asked again."""
        with self._lock:
            index, _ = self._open.pop(located(where), (None, None))
        if index is not None:
            index.close()

    def warm(self, where: Path | RecordLocation) -> None:
        """Load what the first question needs, so that it need not wait for it. Raises OnRecordError."""
        record = located(where)
        if record.exists():
            self._record(record)[1].warm_up()
        else:
            with self._lock:
                self._embedder(self.settings).embed_query("Is anybody there?")

    def _events(
        self, record: RecordLocation, query: Query, history: tuple[Turn, ...], stopping: Callable[[], bool]
    ) -> Iterator[Event]:
        _, answers = self._record(record)
        yield from observed(answers.events(query, history, stopping), self._watchers)

    def _record(self, record: RecordLocation) -> tuple[Index, AnswerFlow]:
        with self._lock:
            if record not in self._open:
                settings = self.settings.of(record)
                index = Index(record, self._embedder(settings), self._rerank, vector_server(settings))
                self._open[record] = index, build_flow(index, settings)
            return self._open[record]

    @cached_property
    def _rerank(self) -> Rerank | None:
        """One for all records: it is the largest thing that is loaded."""
        return load_reranker(self.settings.reranker, self.settings.reranker_revision)

    def _embedder(self, settings: Settings) -> Embedder:
        """What made the record's vectors; loaded once for all records that were made by the same."""
        recorded = Index.model_of(settings.record)
        if recorded not in self._embedders:
            self._embedders[recorded] = open_embedder(settings)
        return self._embedders[recorded]
