"""The flow of an answer: search, write, verify; a stream of events for surfaces."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import date
from threading import Event as Flag
from typing import TYPE_CHECKING

from bot.answering.answer_run import AnswerRun, Means
from bot.conversations import Turn
from bot.types import Answer, Done, Event, Writer
from index.errors import OnRecordError
from index.search.hybrid import DEFAULT_K
from index.store import Index
from index.types import Query

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from bot.model.writer import ModelWriter

# Days are found by other means than the rest, so one of the questions has them.
_REHEARSED = (
    Query("Who said what about the people, and when?"),
    Query("What happened?", since=date(1900, 1, 1)),
)


class AnswerFlow:
    """Questions in, answers out.

    `invoke` gives an `Answer`; `stream` and `astream` give the events of one in the making, of which the last
    is `Done` and carries the same `Answer`. A plain string is a question without constraints. In LangChain's
    own form it is `bot.answering.langchain_runnable.AnswerRunnable`.

    `history` are the earlier turns of a conversation, oldest first: they say what a follow-up means, and are
    no evidence for it. Each turn searches again, and is written from what it finds.
    """

    def __init__(
        self,
        index: Index,
        writer: Writer,
        threshold: float,
        k: int = DEFAULT_K,
        model: "ModelWriter | None" = None,
        model_threshold: float = 0.0,
        stale_days: int = 0,
    ) -> None:
        """Answers below `threshold` (a probability) are not given by `writer`.

        Where there is a `model`, it writes instead, for questions that `writer` thinks likelier than
        `model_threshold` to be answered; `writer` takes its place when it fails. An answer warns where the
        record was not refreshed for more than `stale_days` (0: never).
        """
        self._means = Means(index, writer, threshold, k, model, model_threshold, stale_days)

    @property
    def threshold(self) -> float:
        """Answers less probable than this are not given."""
        return self._means.threshold

    def events(
        self,
        query: Query,
        history: Sequence[Turn] = (),
        stopping: Callable[[], bool] = lambda: False,
        config: "RunnableConfig | None" = None,
    ) -> Iterator[Event]:
        """The answer in the making. Raises UsageError or RecordError before the first sentence.

        Raises `Cancelled` where nobody waits, as `stopping` says; `config` is the model's.
        """
        return AnswerRun(self._means, query, history, stopping, config).events()

    def invoke(self, input: Query | str, *, history: Sequence[Turn] | None = None) -> Answer:
        """The finished answer."""
        for event in self.events(_query(input), history or ()):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError  # `events` ends with Done

    def stream(
        self,
        input: Query | str,
        config: "RunnableConfig | None" = None,
        *,
        history: Sequence[Turn] | None = None,
    ) -> Iterator[Event]:
        """The events, as they happen."""
        yield from self.events(_query(input), history or (), config=config)

    def warm_up(self) -> None:
        """Answer what nobody asked, without the model: what a first answer must load is loaded then.

        What is wrong with the record is told by the question that meets it.
        """
        with suppress(OnRecordError):
            for query in _REHEARSED:
                for _ in AnswerRun(replace(self._means, model=None), query).events():
                    pass

    async def astream(
        self,
        input: Query | str,
        config: "RunnableConfig | None" = None,
        *,
        history: Sequence[Turn] | None = None,
    ) -> AsyncIterator[Event]:
        """The events, as they happen, without holding up the loop; closing the stream ends the work."""
        cancelled = Flag()
        making = self.events(_query(input), history or (), cancelled.is_set, config)
        async with aclosing(_in_thread(making, cancelled)) as events:
            async for event in events:
                yield event


async def _in_thread(events: Iterator[Event], cancelled: Flag) -> AsyncGenerator[Event, None]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()

    def work() -> None:
        last: BaseException | None = None
        try:
            for event in events:
                if cancelled.is_set():
                    break
                loop.call_soon_threadsafe(queue.put_nowait, event)
        except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
            last = error
        loop.call_soon_threadsafe(queue.put_nowait, last)

    working = loop.run_in_executor(None, work)
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        cancelled.set()
        await working


def _query(given: Query | str) -> Query:
    return Query(given) if isinstance(given, str) else given
