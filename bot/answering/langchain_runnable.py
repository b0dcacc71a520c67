"""The answer flow as a LangChain runnable, for chains of one's own.

A module of its own because LangChain takes longer to import than a question takes to answer.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from bot.answering.flow import AnswerFlow
from bot.types import Answer, Event
from index.types import Query


class AnswerRunnable(Runnable[Query | str, Any]):
    """`invoke` and `batch` give `Answer`s; `stream` and `astream` the events of one in the making."""

    def __init__(self, flow: AnswerFlow) -> None:
        """`flow` answers."""
        self._flow = flow

    def invoke(self, input: Query | str, config: RunnableConfig | None = None, **more: Any) -> Answer:
        """The finished answer."""
        answer: Answer = self._call_with_config(
            lambda given: self._flow.invoke(given, **more), input, config, run_type="chain"
        )
        return answer

    def stream(
        self, input: Query | str, config: RunnableConfig | None = None, **more: Any
    ) -> Iterator[Event]:
        """The events, as they happen."""
        yield from self._flow.stream(input, config, **more)

    async def astream(
        self, input: Query | str, config: RunnableConfig | None = None, **more: Any
    ) -> AsyncIterator[Event]:
        """The events, as they happen, without holding up the loop; closing the stream ends the work."""
        async for event in self._flow.astream(input, config, **more):
            yield event
