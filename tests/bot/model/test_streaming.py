"""A reply while it is written: sentences as they are complete, and given up when nobody waits."""

import asyncio
import threading
import time
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from bot.answering.flow import AnswerFlow
from bot.answering.langchain_runnable import AnswerRunnable
from bot.model.retry_policy import ModelLimits
from bot.types import (
    Cancelled,
    Sentence,
)
from index.store import Index
from index.types import Query
from tests.bot.model.answering import (
    QUESTION,
    QUICK,
    mark,
    model_flow,
)
from tests.bot.model_server import (
    Hangs,
    Reply,
    Says,
    model_server,
)

pytestmark = pytest.mark.slow


def test_a_sentence_is_shown_while_the_next_ones_are_written(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        said = mark("Fourteen people were hurt")(body)
        assert isinstance(said, Says)
        return Says(said.text + "\n", hangs=True)

    # What a first answer imports is not the model's time.
    with model_server(mark("Fourteen people were hurt")) as server:
        list(model_flow(record, server).stream(QUESTION))
    with model_server(script) as server:
        started = time.monotonic()
        events = model_flow(record, server).stream(QUESTION)
        first = next(event for event in events if isinstance(event, Sentence))
        assert time.monotonic() - started < QUICK.first_word
        assert first.citations[0].quote.text == "Fourteen people were hurt."
        events.close()  # type: ignore[attr-defined]
        assert server.left.wait(3)


def test_whoever_stops_waits_no_longer_and_pays_for_no_more_tokens(record: Index) -> None:
    stop = threading.Event()
    with model_server(Says("word " * 1000, size=1, pause=0.02)) as server:
        events = model_flow(record, server, ModelLimits()).events(Query(QUESTION), stopping=stop.is_set)
        threading.Timer(0.5, stop.set).start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            list(events)
        assert time.monotonic() - started < 2
        assert server.left.wait(2)
        sent = server.sent
        time.sleep(0.2)
        assert server.sent - sent <= 2


def test_a_cancelled_task_ends_the_model_at_once(record: Index) -> None:
    async def cancelled(flow: AnswerFlow) -> None:
        async def read() -> None:
            async with aclosing(flow.astream(QUESTION)) as events:  # type: ignore[type-var]
                async for _ in events:
                    pass

        task = asyncio.create_task(read())
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with model_server(Hangs()) as server:
        started = time.monotonic()
        asyncio.run(cancelled(model_flow(record, server, ModelLimits())))
        assert time.monotonic() - started < 2
        assert server.left.wait(2)


def test_callbacks_see_the_model_at_work(record: Index) -> None:
    class Seen(BaseCallbackHandler):
        models = 0

        def on_chat_model_start(self, *_: Any, **__: Any) -> None:
            self.models += 1

    seen = Seen()
    with model_server(Says("NOT ON RECORD")) as server:
        flow = model_flow(record, server)
        AnswerRunnable(flow).invoke(QUESTION, {"callbacks": [seen]})
        list(flow.stream(QUESTION, {"callbacks": [seen]}))
    assert seen.models == 2
