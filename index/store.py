"""The record as one thing: open, search, put, remove, verify, rebuild.

Any number of processes may read a record; one at a time may write it, and holds the lock file while it does.
A refresh is made of sessions' `publish` calls, each of which is seen by readers whole or not at all.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from index.catalog import FILE, Catalog
from index.change import Change
from index.embed import Embedder, Rerank
from index.errors import ModelMismatch, RecordBusy, RecordUnreadable, UsageError, VectorsUnreadable
from index.reading import Reading, read
from index.search import DEFAULT_K, search
from index.snapshot import Head, Snapshot
from index.types import Article, Chunk, Passage, Query
from index.vectors import Generation, Generations

_LOCK = "writing.lock"
_VECTORS = "vectors"
# Chroma entries held in memory at a time while a directory is built: 1,000 are 1.5 MB at 384 dimensions.
_ENTRIES = 1000
# Vectors that `verify` looks for one by one.
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Put:
    """Store an article; `texts[i]` is what is embedded for `chunks[i]`, title and all."""

    article: Article
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A document's digest and the articles that it gave, to be remembered."""

    origin: str
    root: str
    digest: str
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that are published together."""

    puts: tuple[Put, ...] = ()
    removed: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    forgotten: tuple[str, ...] = ()


class Index:
    """An open record. Safe for use by several threads. Close it, or use it as a context manager."""

    def __init__(self, home: Path, embedder: Embedder | None = None, rerank: Rerank | None = None) -> None:
        """Open the record in `home`; without an embedder it can be looked at, not searched or written.

        `rerank` orders the best passages of each search, where there is one.
        """
        self.home = home
        self.catalog = Catalog(home)
        self._embedder = embedder
        self._rerank = rerank
        self._generations = Generations(home / _VECTORS)
        self._open: dict[str, _Held] = {}
        self._lock = Lock()
        with self.catalog.read() as snapshot:
            snapshot.head()

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether `home` holds a record, whole or not."""
        return (home / FILE).is_file()

    @staticmethod
    def create(home: Path) -> None:
        """Make an empty record in `home` unless there is one. Raises RecordUnreadable where it cannot."""
        if Index.exists(home):
            return
        try:
            home.mkdir(parents=True, exist_ok=True)
            with _locked(home):
                if not Index.exists(home):
                    Catalog.create(home)
        except OSError as error:
            msg = f"No record can be made in {home}: {error.strerror or error}; choose another with --home."
            raise RecordUnreadable(msg) from error

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give files and connections back."""
        with self._lock:
            for held in self._open.values():
                held.generation.close()
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
            with self._reading() as (snapshot, generation):
                return search(snapshot, generation, self.embedder, query, k, self._rerank)
        except VectorsUnreadable:
            # Refreshes may have passed since the snapshot, and swept its directory: look again.
            with self._reading() as (snapshot, generation):
                return search(snapshot, generation, self.embedder, query, k, self._rerank)

    def read(self, query: Query) -> Reading:
        """The query with the days, outlets and phrases that its words constrain."""
        with self.catalog.read() as snapshot:
            first, _ = snapshot.days()
            sources = [source for source, _ in snapshot.sources() if source]
        first_day = date(first // 10_000, first // 100 % 100, first % 100) if first else None
        return read(query, sources, first_day, query.now or datetime.now().astimezone().date())

    def find_article(self, id_or_prefix: str) -> Article:
        """The article with this id, or the only one whose id begins so. Raises UsageError otherwise."""
        with self.catalog.read() as snapshot:
            exact = snapshot.article(id_or_prefix)
            if exact is not None:
                return exact
            alike = snapshot.ids_like(id_or_prefix, 4) if id_or_prefix else []
            found = snapshot.article(alike[0]) if len(alike) == 1 else None
        if found is not None:
            return found
        if alike:
            shown = ", ".join(alike[:3]) + (", …" if len(alike) > 3 else "")
            msg = f"Several articles begin with {id_or_prefix!r}: {shown}; write more of the id."
        else:
            msg = f"No article has the id {id_or_prefix!r}; `onrecord articles list` shows them all."
        raise UsageError(msg)

    def verify(self) -> list[str]:
        """What is wrong with the record, a sentence each; an empty list means that all of it was checked."""
        problems = self.catalog.problems()
        if not self.catalog.words_are_whole():
            problems.append("The full-text index does not fit the articles.")
        with self.catalog.read() as snapshot:
            head = snapshot.head()
            expected = snapshot.chunk_ids()
            revisions = snapshot.revisions()
            problems.extend(
                f"The article {article.id} is not what was stored."
                for article in snapshot.articles()
                if article.revision != revisions[article.id]
            )
            if head.vectors or expected:
                sample = snapshot.sample_vectors(_SAMPLE)
                problems.extend(self._generations.verify(head.vectors, expected, sample))
        return problems

    @contextmanager
    def session(self, *, rebuilding: bool = False) -> Iterator["Session"]:
        """The right to write, for as long as the block runs. Raises RecordBusy where another has it.

        Raises ModelMismatch before anything is embedded with another model than the record's, unless the
        session is for `rebuilding`.
        """
        with _locked(self.home):
            if not rebuilding:
                with self.catalog.read() as snapshot:
                    check_model(snapshot.head().model, self.embedder)
            yield Session(self, self._generations)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Snapshot, Generation | None]]:
        with self.catalog.read() as snapshot:
            head = snapshot.head()
            check_model(head.model, self.embedder)
            if not head.vectors:
                yield snapshot, None
                return
            held = self._hold(head.vectors)
            try:
                yield snapshot, held.generation
            finally:
                self._release(held)

    def _hold(self, name: str) -> "_Held":
        with self._lock:
            if name not in self._open:
                self._open[name] = _Held(name, self._generations.open(name))
            held = self._open[name]
            held.users += 1
            for old in [h for h in self._open.values() if h.name != name and not h.users]:
                old.generation.close()
                del self._open[old.name]
            return held

    def _release(self, held: "_Held") -> None:
        with self._lock:
            held.users -= 1


@dataclass
class _Held:
    """An open generation and how many searches are in it."""

    name: str
    generation: Generation
    users: int = 0


class Session:
    """Writes to a record; made by `Index.session`, which holds the lock."""

    def __init__(self, index: Index, generations: Generations) -> None:
        self._index = index
        self._catalog = index.catalog
        self._generations = generations
        self._key = index.embedder.key

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those texts, once each, whose embedding is not stored yet."""
        by_key = {self._embedding_key(text): text for text in texts}
        with self._catalog.read() as snapshot:
            stored = snapshot.embedded(by_key)
        return [text for key, text in by_key.items() if key not in stored]

    def embed(self, texts: Sequence[str]) -> None:
        """Embed and keep at once, so that a run that is killed does not pay twice."""
        vectors = self._index.embedder.embed(texts)
        with self._catalog.write() as change:
            keys = map(self._embedding_key, texts)
            change.add_embeddings(zip(keys, vectors, strict=True))

    def publish(self, batch: Batch) -> None:
        """Make the batch visible to every reader, all at once. The texts must have been embedded."""
        with self._catalog.write() as change:
            head = change.head()
            first_new = change.last_row()
            gone = [id_ for article_id in batch.removed for id_ in change.remove(article_id)]
            for put in batch.puts:
                gone.extend(change.put(put.article, self._keyed(put)))
                change.own(put.article.id)
            for origin in batch.forgotten:
                change.forget_document(origin)
            for article_id in batch.removed:
                change.forget_article(article_id)
            for seen in batch.seen:
                change.record_document(seen.origin, seen.root, seen.digest, seen.article_ids)
            if gone or change.last_row() > first_new:
                anew = not head.vectors or self._generations.worn(head.vectors, len(gone))
                self._build(change, head, gone, first_new, anew=anew)
            change.set_meta(model=self._key, refreshed=_now())
        self._sweep()

    def rebuild(self, chunked: Callable[[Article], Put]) -> None:
        """Make chunks, full-text index and vectors again from the stored text, and publish them at once.

        `chunked` must give what ingestion gives, so that the ids come out the same. With the same model and
        whole embeddings nothing is embedded; `embed` what is `missing` first.
        """
        with self._catalog.write() as change:
            head = change.head()
            change.clear_chunks()
            for article_id in change.revisions():
                article = change.article(article_id)
                if article is not None:
                    change.replace_chunks(article, self._keyed(chunked(article)))
            self._build(change, head, [], 0, anew=True)
            change.set_meta(model=self._key)
            change.drop_unused_embeddings()
        self._sweep()

    def tidy(self) -> None:
        """Drop what nothing needs any more: embeddings of texts that are gone, leftovers of killed runs."""
        with self._catalog.write() as change:
            change.drop_unused_embeddings()
        self._sweep()

    def _build(self, change: Change, head: Head, gone: Sequence[str], first_new: int, *, anew: bool) -> None:
        entries = change.entries(0 if anew else first_new, _ENTRIES)
        number = head.generation + 1
        if anew:
            name = self._generations.build("", [], entries, number)
        else:
            name = self._generations.build(head.vectors, gone, entries, number)
        change.set_meta(vectors=name, previous=head.vectors, generation=str(number))

    def _sweep(self) -> None:
        # The previous directory stays until the next refresh: a reader may be about to open it.
        with self._catalog.read() as snapshot:
            head = snapshot.head()
        self._generations.sweep({head.vectors, head.previous})

    def _keyed(self, put: Put) -> list[tuple[Chunk, str]]:
        return [(chunk, self._embedding_key(text)) for chunk, text in zip(put.chunks, put.texts, strict=True)]

    def _embedding_key(self, text: str) -> str:
        return hashlib.sha256(f"{self._key}\n{text}".encode()).hexdigest()[:32]


def check_model(recorded: str, embedder: Embedder) -> None:
    """Raises ModelMismatch where the vectors on record are another model's."""
    if recorded and recorded != embedder.key:
        msg = (
            f"The record's vectors were made by {recorded}, and the settings name {embedder.key}: "
            "set embedding_model back, or run `onrecord rebuild` to make them again."
        )
        raise ModelMismatch(msg)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    path = home / _LOCK
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        msg = f"Another process is writing to the record in {home}; wait until it is done, then try again."
        raise RecordBusy(msg) from None
    except OSError as error:
        msg = f"The record in {home} cannot be written: {error.strerror or error}."
        raise RecordUnreadable(msg) from error
    try:
        yield
    finally:
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
