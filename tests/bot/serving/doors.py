"""Doors on a real wire in this process: an app at a port of loopback, with a record of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from bot.serving.answer_service import AnswerService
from bot.serving.settings import ServeSettings
from bot.serving.web_server import address_of, listen, serve
from bot.settings import Settings
from index.embedding.embedder import Embedder
from index.store import Index
from tests.conftest import WordEmbedder, article, put

FERRY = article(
    "ferry",
    "The ferry Lady Wrenna struck the north pier on Tuesday. Fourteen people were hurt. No one was killed.",
    title="Ferry strikes pier",
    source="Northshore Wire",
    url="https://northshorewire.example/ferry",
    published="2026-03-03",
)
QUESTION = "What struck the north pier?"
NOWHERE = "Who won the chess tournament in Lisbon?"
OPEN = ServeSettings(per_minute=100_000)


@contextmanager
def record_of_the_ferry(home: Path) -> Iterator[Index]:
    """A new record in `home` that holds one article."""
    Index.create(home)
    with Index(home, WordEmbedder()) as opened:
        put(opened, FERRY)
        yield opened


@contextmanager
def service_of(
    home: Path, words: Embedder, serving: ServeSettings = OPEN, **settings: Any
) -> Iterator[AnswerService]:
    """The service of a record that was made with `words`, which stands in for the real model."""
    made = AnswerService(Settings(home=home, **{"threshold": 0.3, **settings}), serving)
    made._records._embedders[words.key] = words
    try:
        yield made
    finally:
        made.close()


@contextmanager
def at_port(app: ASGIApp, serving: ServeSettings = OPEN) -> Iterator[str]:
    """The address of an app that is served from another thread, as the commands serve it."""
    with listen("127.0.0.1", 0, frozenset()) as listening:
        ready, stop = threading.Event(), _Stop()

        async def begin() -> None:
            ready.set()

        async def run() -> None:
            stopping = stop.event()
            await serve(app, listening, serving, begin(), stopping)

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        try:
            assert ready.wait(60)
            yield address_of(listening)
        finally:
            stop.now()
            thread.join(20)
            assert not thread.is_alive()


class _Stop:
    """An event of another thread's loop."""

    now: Callable[[], object]

    def event(self) -> asyncio.Event:
        made = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.now = lambda: loop.call_soon_threadsafe(made.set)
        return made
