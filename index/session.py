"""The right to write to a record: what a refresh stores and publishes."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from index.catalog.catalog import Catalog
from index.catalog.embedding_checks import damaged_embeddings
from index.catalog.lookups import last_row
from index.catalog.snapshot import Head, PageState
from index.catalog.transaction import WriteTransaction
from index.embedding.embedder import Embedder, Vectors
from index.errors import OnRecordError, RecordError
from index.types import Article, Chunk
from index.vectors.generation import Generations

# Chroma entries held in memory at a time while a directory is built: 1,000 are 1.5 MB at 384 dimensions.
_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """Store an article; `texts[i]` is what is embedded for `chunks[i]`, title and all."""

    article: Article
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document's digest, the articles that it gave and what its site said, to be remembered.

    `format` is that in which it was read; "" where it was not, being as before.
    """

    origin: str
    root: str
    digest: str
    article_ids: tuple[str, ...]
    fetch: PageState | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that are published together; what is removed `by_hand` is to stay away."""

    puts: tuple[PreparedArticle, ...] = ()
    removed: tuple[str, ...] = ()
    seen: tuple[DocumentState, ...] = ()
    forgotten: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    by_hand: bool = False


class Session:
    """Writes to a record; made by `Index.session`, which holds the lock."""

    def __init__(self, catalog: Catalog, embedder: Embedder, generations: Generations) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._generations = generations
        self._key = embedder.key
        self._distrusted: frozenset[str] = frozenset()

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those texts, once each, whose embedding is not stored yet."""
        by_key = {self._embedding_key(text): text for text in texts}
        with self._catalog.read() as snapshot:
            stored = snapshot.embedded(by_key) - self._distrusted
        return [text for key, text in by_key.items() if key not in stored]

    def distrust_damaged(self) -> None:
        """From now on count what is stored of damaged embeddings as `missing`, so that it is made again."""
        with self._catalog.read() as snapshot:
            self._distrusted = frozenset(damaged_embeddings(snapshot.db))

    def embed(self, texts: Sequence[str]) -> None:
        """Embed and keep at once, so that a run that is killed does not pay twice."""
        self.keep(texts, self._embedder.embed(texts))

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors that the session's model, wherever it was run, made of these texts."""
        with self._catalog.write() as change:
            keys = map(self._embedding_key, texts)
            change.add_embeddings(zip(keys, vectors, strict=True))
            self._distrusted -= set(map(self._embedding_key, texts))

    def publish(self, batch: Batch) -> None:
        """Make the batch visible to every reader, all at once. The texts must have been embedded."""
        with self._catalog.write() as change:
            head = change.head()
            first_new = last_row(change)
            gone = [id_ for article_id in batch.removed for id_ in change.remove(article_id)]
            for put in batch.puts:
                gone.extend(change.put(put.article, self._keyed(put)))
                change.claim_article(put.article.id)
            for origin in batch.forgotten:
                change.forget_document(origin)
            for article_id in batch.removed:
                if batch.by_hand:
                    change.keep_away(article_id)
                change.forget_article(article_id)
            for seen in batch.seen:
                change.record_document(
                    seen.origin, seen.root, seen.digest, seen.article_ids, seen.fetch,
                    form=seen.format, read=_now() if seen.format else "",
                )  # fmt: skip
            change.record_moves(batch.moved)
            if gone or last_row(change) > first_new:
                change.set_meta(generation=str(head.generation + 1))
                if not head.vectors or self._generations.needs_new_generation(
                    head.vectors, change.unindexed_count(head.last_indexed_row)
                ):
                    self._build(change, head)
            change.set_meta(model=self._key, refreshed=_now())
        self._sweep()

    def rebuild(self, chunked: Callable[[Article], PreparedArticle]) -> None:
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
            self._build(change, head, anew=True)
            change.set_meta(model=self._key, generation=str(head.generation + 1))
            change.drop_unused_embeddings()
        self._sweep()

    def remember_run(self, source: str, summary: str, drops: Callable[[str], bool] = lambda _: False) -> None:
        """Keep the last run of a source, as JSON, and drop those of others that `drops` says yes to."""
        with self._catalog.write() as change:
            for other, run in change.runs().items():
                if drops(run):
                    change.drop_run(other)
            change.record_run(source, summary)

    def tidy(self) -> None:
        """Drop what nothing needs any more: embeddings of texts that are gone, leftovers of killed runs."""
        with self._catalog.write() as change:
            change.drop_unused_embeddings()
        self._sweep()

    def _build(self, change: WriteTransaction, head: Head, *, anew: bool = False) -> None:
        """Make the directory that holds everything, and name it."""
        number = head.generation + 1
        dead = sorted(change.tombstones())
        anew = anew or not head.vectors or self._generations.needs_full_rebuild(head.vectors, len(dead))
        base, removed, after = ("", [], 0) if anew else (head.vectors, dead, head.last_indexed_row)
        try:
            total = change.unindexed_count(after)
            name = self._generations.build(base, removed, change.entries(after, _ENTRIES), number, total)
        except OnRecordError:
            self._generations.sweep({head.vectors, head.previous})
            raise
        except Exception as error:
            # Chroma's errors share no base. What was begun goes at once: it may be what fills the disk.
            self._generations.sweep({head.vectors, head.previous})
            msg = (
                f"The vectors could not be written ({_reason(error)}): check that the disk has room, and try "
                "again. What was published before is whole."
            )
            raise RecordError(msg) from error
        change.name_generation(name, head.vectors)

    def _sweep(self) -> None:
        # The previous directory stays until the next refresh: a reader may be about to open it.
        with self._catalog.read() as snapshot:
            head = snapshot.head()
        self._generations.sweep({head.vectors, head.previous})

    def _keyed(self, put: PreparedArticle) -> list[tuple[Chunk, str]]:
        return [(chunk, self._embedding_key(text)) for chunk, text in zip(put.chunks, put.texts, strict=True)]

    def _embedding_key(self, text: str) -> str:
        return hashlib.sha256(f"{self._key}\n{text}".encode()).hexdigest()[:32]


def _reason(error: Exception) -> object:
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        # Copying goes on after a failure and lists them all, each a triple of paths and reason.
        return str(error.args[0][0][2]).partition(": ")[0]
    return getattr(error, "strerror", None) or error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
