"""The flow of an answer: search, write, verify. A LangChain runnable, and a stream of events for surfaces."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from threading import Event as Flag
from time import perf_counter
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from bot.followup import standalone
from bot.quotes import Verifier
from bot.threads import Turn
from bot.types import Answer, Done, Event, Found, Outcome, Restated, Searching, Sentence, Writer, Writing
from index.search import DEFAULT_K
from index.store import Index
from index.types import Article, Passage, Query

_NEAREST = 3


class AnswerFlow(Runnable[Query | str, Any]):
    """Questions in, answers out.

    `invoke` and `batch` give `Answer`s; `stream` and `astream` give the events of one in the making, of which
    the last is `Done` and carries the same `Answer`. A plain string is a question without constraints.

    `history` are the earlier turns of a conversation, oldest first: they say what a follow-up means, and are
    no evidence for it. Each turn searches again, and is written from what it finds.
    """

    def __init__(self, index: Index, writer: Writer, threshold: float, k: int = DEFAULT_K) -> None:
        """Answers below `threshold` (a probability) are not given."""
        self._index = index
        self._writer = writer
        self._threshold = threshold
        self._k = k

    def events(self, query: Query, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """The answer in the making. Raises UsageError or RecordError before the first sentence."""
        clock = _Clock()
        asked = query
        yield Searching(asked)
        restated = standalone(asked.text, history)
        if restated != asked.text:
            query = replace(asked, text=restated)
            yield Restated(restated)
        reading = self._index.read(query)
        passages, writing = self._attempt(reading.query, clock)
        relaxed = False
        if reading and writing.score < self._threshold:
            # What the words seemed to ask for may not be how the articles are dated or worded.
            all_passages, all_writing = self._attempt(query, clock)
            if all_writing.score > writing.score:
                passages, writing, relaxed = all_passages, all_writing, True
        yield Found(tuple(passages))

        verifier = Verifier(passages)
        sentences: list[Sentence] = []
        if passages and writing.score >= self._threshold:
            for draft in writing.drafts:
                checked = verifier.check(draft)
                yield checked
                if isinstance(checked, Sentence):
                    sentences.append(checked)
        clock.lap("write")
        yield Done(
            Answer(
                asked,
                Outcome.ANSWERED if sentences else Outcome.NOT_ON_RECORD,
                tuple(sentences),
                () if sentences else _nearest(passages),
                writing.score,
                self._writer.name,
                str(reading),
                relaxed,
                clock.timings(),
                restated if restated != asked.text else "",
            )
        )

    def _attempt(self, query: Query, clock: "_Clock") -> tuple[list[Passage], Writing]:
        passages = self._index.search(query, self._k)
        clock.lap("search")
        writing = self._writer.write(query, passages)
        clock.lap("write")
        return passages, writing

    def invoke(
        self,
        input: Query | str,
        config: RunnableConfig | None = None,
        *,
        history: Sequence[Turn] | None = None,
        **_: Any,
    ) -> Answer:
        """The finished answer."""
        finish = partial(self._finish, history=history or ())
        answer: Answer = self._call_with_config(finish, input, config, run_type="chain")
        return answer

    def stream(
        self,
        input: Query | str,
        config: RunnableConfig | None = None,
        *,
        history: Sequence[Turn] | None = None,
        **_: Any,
    ) -> Iterator[Event]:
        """The events, as they happen."""
        yield from self.events(_query(input), history or ())

    async def astream(
        self,
        input: Query | str,
        config: RunnableConfig | None = None,
        *,
        history: Sequence[Turn] | None = None,
        **_: Any,
    ) -> AsyncIterator[Event]:
        """The events, as they happen, without holding up the loop; closing the stream ends the work."""
        async with aclosing(_in_thread(self.events(_query(input), history or ()))) as events:
            async for event in events:
                yield event

    def _finish(self, given: Query | str, history: Sequence[Turn]) -> Answer:
        for event in self.events(_query(given), history):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError  # `events` ends with Done


class _Clock:
    """Seconds spent on each phase, and in all."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._spent: dict[str, float] = {}

    def lap(self, phase: str) -> None:
        now = perf_counter()
        self._spent[phase] = self._spent.get(phase, 0.0) + now - self._last
        self._last = now

    def timings(self) -> dict[str, float]:
        return {**self._spent, "total": self._last - self._started}


async def _in_thread(events: Iterator[Event]) -> AsyncGenerator[Event, None]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
    cancelled = Flag()

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


def _nearest(passages: list[Passage]) -> tuple[Article, ...]:
    articles = {passage.article.id: passage.article for passage in passages}
    return tuple(articles.values())[:_NEAREST]
