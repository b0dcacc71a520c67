"""The record as one thing: open, search, put, remove, verify, rebuild.

Any number of processes may read a record; one at a time may write it, and holds the lock file while it does.
A refresh is made of sessions' `publish` calls, each of which is seen by readers whole or not at all.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock, Thread, current_thread
from time import monotonic, sleep

from index.catalog.embedding_checks import damaged_embeddings
from index.catalog.location import RecordLocation, located
from index.catalog.lookups import count_articles, title_at
from index.catalog.snapshot import Head, Snapshot
from index.catalog.vocabulary import Vocabulary
from index.embedding.embedder import Embedder, Rerank
from index.errors import (
    ModelMismatch,
    OnRecordError,
    RecordBusy,
    RecordError,
    RecordUnreachable,
    RecordUnreadable,
    UsageError,
    VectorsUnreadable,
    VectorsUnwritable,
)
from index.folder_lock import locked
from index.query.constraints import Constraints, parse_question
from index.query.misspellings import respelled
from index.search.hybrid import DEFAULT_K, check_question, filter_of, search
from index.session import Batch, DocumentState, PreparedArticle, Session
from index.types import Article, Passage, Query, Retrieved
from index.vectors.connection import Server
from index.vectors.directory import DirectoryGenerations
from index.vectors.generation import Generations
from index.vectors.nearest import VectorIndex
from index.vectors.server import ServerGenerations

__all__ = ["Batch", "DocumentState", "Index", "PreparedArticle", "Session", "check_model"]

_LINK = re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)]")
# A folder may hold a record, and what a database that holds another had made.
_VECTORS, _OF_DATABASE = "vectors", "vectors.postgresql"
# Vectors that `verify` looks for one by one.
_SAMPLE = 200
# Seconds for which a record may be in the making.
_MADE_WITHIN = 5.0


class Index:
    """An open record. Safe for use by several threads. Close it, or use it as a context manager."""

    def __init__(
        self,
        where: Path | RecordLocation,
        embedder: Embedder | None = None,
        rerank: Rerank | None = None,
        server: Server | None = None,
    ) -> None:
        """Open the record in a folder, or with its catalog elsewhere.

        Without an embedder it can be looked at, not searched or written.
        `rerank` orders the best passages of each search, where there is one; `server` holds the vectors,
        which are in its folder where there is none.
        """
        self.location = located(where)
        self.home = self.location.home
        self.catalog = self.location.open_catalog()
        self._embedder = embedder
        self._rerank = rerank
        self._generations = generations_of(self.location, server)
        self._open: dict[str, _OpenGeneration] = {}
        self._lock, self._opening = Lock(), Lock()
        self._warmed = False
        self._warming: set[Thread] = set()
        with self.catalog.read() as snapshot:
            snapshot.head()

    @staticmethod
    def exists(where: Path | RecordLocation) -> bool:
        """Whether there is a record, whole or not. Raises RecordError where its database cannot be asked."""
        return located(where).exists()

    @staticmethod
    def model_of(where: Path | RecordLocation) -> str:
        """The key of the embedder that made a record's vectors; "" where there are none to be read."""
        try:
            with Index(where) as index, index.catalog.read() as snapshot:
                return snapshot.head().model
        except RecordError:
            return ""

    @staticmethod
    def create(where: Path | RecordLocation) -> None:
        """Make an empty record unless there is one. Raises RecordError where it cannot."""
        record = located(where)
        home = record.home
        if record.exists():
            return
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(home):
                if not record.exists():
                    record.create()
        except RecordBusy:
            # Of several that begin at once, one makes it.
            if not _appears(record):
                raise
        except OSError as error:
            msg = f"No record can be made in {home}: {error.strerror or error}; choose another with --home."
            raise RecordUnreadable(msg) from error

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Begin to load what the first search needs, side by side; once, and without waiting."""
        with self._lock:
            if self._warmed:
                return
            self._warmed = True
        for load in (self._warm_graph, self._warm_model):
            thread = Thread(target=self._warm, args=(load,), daemon=True)
            self._warming.add(thread)
            thread.start()

    def _warm(self, load: Callable[[], None]) -> None:
        try:
            load()
        finally:
            self._warming.discard(current_thread())

    def _warm_graph(self) -> None:
        # What is wrong is told by the search that meets it.
        with suppress(OnRecordError), self._reading():
            pass

    def _warm_model(self) -> None:
        with suppress(OnRecordError):
            self.embedder.embed_query("Is anybody there?")

    def close(self) -> None:
        """Give files and connections back."""
        for thread in list(self._warming):
            # One that an interruption kept from being started never will be.
            if thread.ident is not None:
                thread.join()
        with self._lock:
            for held in self._open.values():
                held.vectors.close()
            self._open.clear()
        self.catalog.close()

    @property
    def embedder(self) -> Embedder:
        """The embedder that this record was opened with."""
        if self._embedder is None:
            msg = "This record was opened without an embedding model."
            raise UsageError(msg)
        return self._embedder

    def search(self, query: Query, k: int = DEFAULT_K) -> list[Passage]:
        """The `k` best passages, best first, all from one generation. Raises ModelMismatch, UsageError."""
        try:
            with self._reading() as (snapshot, nearest):
                return search(snapshot, nearest, self.embedder, query, k, self._rerank)
        except (VectorsUnreadable, RecordUnreachable):
            # Refreshes may have passed since the snapshot, and swept its directory; or the database's server
            # was started again, which the next connection does not notice: look again.
            with self._reading() as (snapshot, nearest):
                return search(snapshot, nearest, self.embedder, query, k, self._rerank)

    def retrieve(self, query: Query, k: int = DEFAULT_K) -> list[Passage]:
        """The `k` best passages within what the question's own words constrain, or of all where none fits."""
        return self.retrieve_as_read(query, k).passages

    def retrieve_as_read(self, query: Query, k: int = DEFAULT_K) -> Retrieved:
        """The same, with what the question's own words constrain."""
        read = self.parse_question(query)
        passages = self.search(read.query, k)
        if passages or not read:
            return Retrieved(passages, str(read))
        return Retrieved(self.search(read.open, k), str(read), relaxed=True)

    def parse_question(self, query: Query) -> Constraints:
        """The query in the record's spelling, with what its words constrain. Raises UsageError."""
        check_question(query.text)
        with self.catalog.read() as snapshot:
            first, _ = snapshot.days()
            sources = [source for source, _ in snapshot.sources() if source]
            titles = {url: title_at(snapshot, url) for url in _LINK.findall(query.text)}
            # What stands at a link is spoken of by its title.
            text = _LINK.sub(lambda link: titles[link.group()] or link.group(), query.text)
            spelled = text if query.literally else respelled(text, self._is_word, Vocabulary(snapshot))
        first_day = date(first // 10_000, first // 100 % 100, first % 100) if first else None
        if spelled != query.text:
            query = replace(query, topic=spelled)
        today = query.now or datetime.now().astimezone().date()
        read = parse_question(query, sources, first_day, today)
        return replace(read, spelled=spelled if spelled != text else "")

    def _is_word(self, word: str) -> bool:
        """Whether the embedder knows a word as one: what it was made from holds that often, so spelled."""
        one, as_long = self.embedder.count_tokens([word, "a"])
        return one == as_long

    def count_searched(self, query: Query) -> int:
        """How many articles a query's days and outlets let through. Raises UsageError."""
        with self.catalog.read() as snapshot:
            return count_articles(snapshot, filter_of(snapshot, query))

    def find_article(self, id_or_prefix: str) -> Article:
        """The article with this id, or the only one whose id begins so. Raises UsageError otherwise."""
        return self.catalog.find_article(id_or_prefix)

    def verify(self) -> list[str]:
        """What is wrong with the record, a sentence each; an empty list means that all of it was checked.

        Raises RecordUnreadable where it cannot be looked at: checking takes the right to write.
        """
        words_are_whole = self.catalog.words_are_whole()
        problems = self.catalog.problems()
        if not words_are_whole:
            problems.append("The full-text index does not fit the articles.")
        with self.catalog.read() as snapshot:
            head = snapshot.head()
            expected = snapshot.chunk_ids(head.last_indexed_row)
            revisions = snapshot.revisions()
            problems.extend(
                f"The article {article.id} is not what was stored."
                for article in snapshot.articles()
                if article.revision != revisions[article.id]
            )
            damaged = damaged_embeddings(snapshot.db)
            if damaged:
                problems.append(f"Damaged embeddings: {len(damaged):,}.")
            # No vector can be held against a damaged embedding.
            sample = {} if damaged else snapshot.sample_vectors(_SAMPLE)
            if head.vectors or expected:
                problems.extend(
                    self._generations.verify(head.vectors, expected, snapshot.tombstones(), sample)
                )
        return problems

    @contextmanager
    def session(self, *, rebuilding: bool = False) -> Iterator[Session]:
        """The right to write, for as long as the block runs. Raises RecordBusy where another has it.

        Raises ModelMismatch before anything is embedded with another model than the record's, unless the
        session is for `rebuilding`.
        """
        if self.location.database:
            # It holds the vectors, or says whose they are on their server.
            (self.home / _OF_DATABASE).mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.catalog.writing():
            if not rebuilding:
                with self.catalog.read() as snapshot:
                    check_model(snapshot.head().model, self.embedder)
            yield Session(self.catalog, self.embedder, self._generations)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Snapshot, VectorIndex | None]]:
        with self.catalog.read() as snapshot:
            head = snapshot.head()
            check_model(head.model, self.embedder)
            if not head.vectors:
                yield snapshot, None
                return
            held = self._hold(head)
            try:
                yield snapshot, held.vectors
            finally:
                self._release(held)

    def _hold(self, head: Head) -> "_OpenGeneration":
        if held := self._held(head.vectors):
            return held
        # Opening takes seconds, for which neither searches of another generation nor those that end wait.
        with self._opening:
            if held := self._held(head.vectors):
                return held
            try:
                generation = self._generations.open(head.vectors)
            except VectorsUnwritable:
                # Asked for anew by the next search: there may be room by then.
                return _OpenGeneration(VectorIndex(None, head.last_indexed_row), users=1)
            opened = _OpenGeneration(VectorIndex(generation, head.last_indexed_row), users=1)
            with self._lock:
                outdated = [name for name, other in self._open.items() if not other.users]
                closing = [self._open.pop(name) for name in outdated]
                self._open[head.vectors] = opened
        for other in closing:
            other.vectors.close()
        return opened

    def _held(self, name: str) -> "_OpenGeneration | None":
        with self._lock:
            held = self._open.get(name)
            if held:
                held.users += 1
            return held

    def _release(self, held: "_OpenGeneration") -> None:
        with self._lock:
            held.users -= 1


def generations_of(record: RecordLocation, server: Server | None) -> Generations:
    """Where the vectors of a record are: on the server, or in its folder where there is none."""
    if server:
        # A folder may have to do with two records, of which one is in a database: each has an id of its own.
        return ServerGenerations(server, record.home / _OF_DATABASE if record.database else record.home)
    return DirectoryGenerations(record.home / (_OF_DATABASE if record.database else _VECTORS))


@dataclass
class _OpenGeneration:
    """An open generation, and how many searches are in it."""

    vectors: VectorIndex
    users: int


def _appears(record: RecordLocation) -> bool:
    """Whether another process or thread makes the record within seconds."""
    until = monotonic() + _MADE_WITHIN
    while not record.exists():
        if monotonic() > until:
            return False
        sleep(0.02)
    return True


def check_model(recorded: str, embedder: Embedder) -> None:
    """Raises ModelMismatch where the vectors on record are another model's."""
    if recorded and recorded != embedder.key:
        msg = (
            f"The record's vectors were made by {recorded}, and the settings name {embedder.key}: "
            "set embedding_model and encoder back, or run `onrecord rebuild` to make them again."
        )
        raise ModelMismatch(msg)
