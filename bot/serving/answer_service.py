"""Questions of programs, answered: the one way from a door to the flow, within the limits.

Every door has the same record, writers, verification and watchers, and keeps its conversations in one file.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, closing
from datetime import timedelta
from threading import Event as Flag
from uuid import uuid4

from bot.assembly import count_articles
from bot.conversations import Conversations, Turn
from bot.monitoring.observers import ObserverFactory
from bot.serving.limits import Waiting
from bot.serving.record_pool import RecordPool
from bot.serving.settings import ServeSettings
from bot.settings import Settings
from bot.types import Answer, Done, Event
from index.catalog.overview import RecordOverview, read_overview
from index.errors import OnRecordError, RecordUnreadable, UsageError
from index.search.hybrid import DEFAULT_K
from index.types import Article, Query, Retrieved

_THREADS = "door "
_CONVERSATION = re.compile(r"[A-Za-z0-9._-]{1,100}")
# Passages that one search may give.
MOST_PASSAGES = 100


class AnswerService:
    """Answers, searches and shows articles. Close it when done."""

    def __init__(
        self, settings: Settings, serve: ServeSettings, watchers: Sequence[ObserverFactory] = ()
    ) -> None:
        """Nothing is loaded yet; `watchers` watch every answer."""
        self._home = settings.home
        self._record = settings.record
        self._records = RecordPool(settings, serve.workers, watchers)
        self._waiting = Waiting(serve.workers + serve.queue)
        self._kept = timedelta(days=serve.keep_days)
        self._threads: Conversations | None = None

    def close(self) -> None:
        """Stop answers in the making, and give the record back."""
        self._records.close()

    async def warm(self) -> None:
        """Load what the first question needs. Raises OnRecordError."""
        await self._records.run(self._records.warm, self._record)

    @property
    def waiting(self) -> int:
        """How many questions are answered or wait."""
        return self._waiting.inside

    async def events(
        self, query: Query, client: str, conversation: str | None = None, history: Sequence[Turn] = ()
    ) -> AsyncGenerator[Event, None]:
        """The answer in the making; closing the iterator ends the work.

        With a `conversation` the earlier turns that this `client` had in it say what a follow-up means, and
        the answer is kept as the next one; `history` are turns that a client brings itself.
        Raises UsageError, Overloaded, RecordError, ThreadsUnreadable.
        """
        thread = self._thread(client, conversation)
        stop = Flag()
        with self._waiting.entered():
            await self._records.look(self._exists)
            if thread:
                history = await self._records.look(self._conversations().turns, thread)
            making = self._records.events(self._record, query, tuple(history), stop)
            try:
                async for event in making:
                    if thread and isinstance(event, Done):
                        turn = Turn.of(uuid4().hex, event.answer)
                        await self._records.look(self._conversations().add, thread, turn)
                    yield event
            finally:
                stop.set()

    async def answer(self, query: Query, client: str, conversation: str | None = None) -> Answer:
        """The finished answer; see `events`."""
        async with aclosing(self.events(query, client, conversation)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
        msg = "The answer was given up; ask again."
        raise OnRecordError(msg)

    async def search(self, query: Query, k: int = DEFAULT_K) -> Retrieved:
        """The `k` best passages. Raises UsageError, Overloaded, RecordError."""
        with self._waiting.entered():
            return await self._records.run(self._search, query, k)

    async def article(self, id_: str) -> Article | None:
        """The article with this id; None where there is none. Raises RecordError."""
        return await self._records.look(self._article, id_)

    async def articles(self, answer: Answer) -> int:
        """How many articles are on record, where an answer has to say so; 0 where it has sentences."""
        return 0 if answer.sentences else await self._records.look(self._count)

    async def overview(self) -> RecordOverview:
        """What is on record; nothing where there is no record yet. Raises RecordError."""
        return await self._records.look(read_overview, self._record) or RecordOverview()

    async def forget(self, client: str, conversation: str) -> None:
        """Forget a conversation of this client's. Raises UsageError, ThreadsUnreadable."""
        thread = self._thread(client, conversation)
        await self._records.look(self._exists)
        await self._records.look(self._conversations().forget, thread)

    async def forget_old(self) -> None:
        """Forget conversations that are older than they are kept. Raises ThreadsUnreadable."""
        if self._home.is_dir():
            await self._records.look(self._conversations().expire, _THREADS, self._kept)

    def _search(self, query: Query, k: int) -> Retrieved:
        self._exists()
        return self._records.index(self._record).retrieve_as_read(query, k)

    def _article(self, id_: str) -> Article | None:
        self._exists()
        with closing(self._record.open_catalog()) as catalog, catalog.read() as snapshot:
            return snapshot.article(id_)

    def _count(self) -> int:
        return count_articles(self._records.index(self._record))

    def _exists(self) -> None:
        if not self._record.exists():
            msg = "There is no record yet; run `onrecord ingest PATH` first."
            raise RecordUnreadable(msg)

    def _conversations(self) -> Conversations:
        if self._threads is None:
            self._threads = Conversations(self._record)
        return self._threads

    def _thread(self, client: str, conversation: str | None) -> str:
        """The name of a conversation among all; each client has its own, whatever it calls them."""
        if conversation is None or conversation == "":
            return ""
        if not isinstance(conversation, str) or not _CONVERSATION.fullmatch(conversation):
            msg = "A conversation's id has at most 100 letters, digits, dots, dashes and underscores."
            raise UsageError(msg)
        return f"{_THREADS}{client} {conversation}"
