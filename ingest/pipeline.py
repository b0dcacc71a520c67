"""A run of ingestion: what is new, changed, unchanged, gone or broken, and its way into the record.

A document whose bytes are known is passed by. The articles of any other are compared with the record by
revision; what moved is chunked, embedded (each slice kept as soon as it is done) and published in batches, so
that a run cut off anywhere keeps what it has and the next one does the rest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from index.embed import Embedder
from index.errors import DocumentError
from index.store import Batch, Index, Put, Seen, Session
from index.types import Article
from ingest.chunk import chunk, embedded_text, fitted_title
from ingest.documents import Document, Failure
from ingest.extract import extract

# Enough for the library's sorting by length to pay, few enough to see progress and to stop within seconds.
_SLICE = 128
# Chunks that wait before they are published: publishing copies the vector directory, so not too often.
_PUBLISH = 4096


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `done` and `total` count bytes of documents; articles and chunks count what is in."""

    done: int
    total: int
    articles: int
    embedded: int


@dataclass
class Summary:
    """What a run did, in articles; `embedded` counts texts that the model had to read."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    failures: list[Failure] = field(default_factory=list)


def ingest(
    index: Index | None,
    found: Sequence[Document | Failure],
    *,
    prune: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Summary:
    """Put what `sources.find` found on record; `index` may be None for a dry run without a record.

    `prune` removes the articles of documents that are gone from the folders and files that were named.
    `stopping` is asked between steps; once it says yes, what is complete is published and the run ends.
    Raises RecordBusy where another run is writing.
    """
    started = monotonic()
    if dry_run or index is None:
        run = _Run(index, None, prune, on_progress, stopping)
        run.take(found)
    else:
        with index.session() as session:
            run = _Run(index, session, prune, on_progress, stopping)
            run.take(found)
            session.tidy()
    run.summary.seconds = monotonic() - started
    return run.summary


def prepare(article: Article, embedder: Embedder) -> Put:
    """The article with its chunks and what is embedded for each."""
    chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
    title = fitted_title(article.title, embedder.count_tokens, embedder.max_tokens)
    texts = tuple(embedded_text(title, article.text[c.start : c.end]) for c in chunks)
    return Put(article, tuple(chunks), texts)


def rebuild(index: Index, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Make everything that is derived again from the stored articles; returns how many texts were embedded.

    With another model than before, everything is embedded again; readers see the old vectors until the end.
    """
    embedded = 0
    with index.session(rebuilding=True) as session:
        with index.catalog.read() as snapshot:
            ids = list(snapshot.revisions())
        for done, article_id in enumerate(ids):
            missing = session.missing(prepare(index.find_article(article_id), index.embedder).texts)
            if missing:
                session.embed(missing)
                embedded += len(missing)
            on_progress(done + 1, len(ids))
        session.rebuild(lambda article: prepare(article, index.embedder))
    return embedded


def remove(index: Index, article_id: str) -> None:
    """Take one article out of the record, its text with it. Its document gives it back if read again."""
    with index.session() as session:
        session.publish(Batch(removed=(article_id,)))
        session.tidy()


class _Run:
    """The state of one run: what is known, claimed and waiting to be published."""

    def __init__(
        self,
        index: Index | None,
        session: Session | None,
        prune: bool,
        on_progress: Callable[[Progress], None],
        stopping: Callable[[], bool],
    ) -> None:
        self.summary = Summary()
        self._index = index
        self._session = session
        self._pruning = prune
        self._on_progress = on_progress
        self._stopping = stopping
        self._claims: dict[str, str] = {}
        self._new: set[str] = set()
        self._puts: list[Put] = []
        self._seen: list[Seen] = []
        self._stale: dict[str, list[str]] = {}
        self._chunks = 0
        self._read = self._in = self._total = 0
        self._ledger: dict[str, str] = {}
        self._revisions: dict[str, str] = {}
        if index is not None:
            with index.catalog.read() as snapshot:
                self._ledger = snapshot.ledger()
                self._revisions = snapshot.known()

    def take(self, found: Sequence[Document | Failure]) -> None:
        documents = [item for item in found if isinstance(item, Document)]
        self.summary.failures.extend(item for item in found if isinstance(item, Failure))
        self._total = sum(document.size for document in documents)
        for document in documents:
            if self._stopping():
                break
            self._take_document(document)
            self._read += document.size
        self._flush()
        if self._stopping():
            self.summary.interrupted = True
        elif self._pruning:
            self._prune(documents)

    def _take_document(self, document: Document) -> None:
        try:
            digest = document.digest()
            known = self._articles_from(document.origin)
            if digest == self._ledger.get(document.origin):
                self.summary.unchanged += len(known)
                self._claims.update((article_id, document.origin) for article_id in known)
                return
        except DocumentError as error:
            self._fail(Failure(document.origin, str(error)))
            return
        given: list[str] = []
        failed = False
        for item in extract(document):
            if isinstance(item, Failure):
                failed = True
                self._fail(item)
            elif self._take_article(item, document):
                given.append(item.id)
            else:
                failed = True
            if self._stopping():
                # Read again next time: only then is it known what else the document holds.
                return
        if failed and not given:
            return
        stale = set(known) - set(given)
        if stale and (self._pruning or not document.many):
            # Gone with the batch that brings what the document holds now: no reader sees the gap between.
            self._stale[document.origin] = self._alone(stale, document.origin)
            stale = set()
        # Without its digest a document is read again: so that failures are told again, until they are mended.
        unfinished = failed or bool(stale)
        origin = document.origin
        self._seen.append(Seen(origin, document.root, "" if unfinished else digest, (*given, *sorted(stale))))

    def _take_article(self, article: Article, document: Document) -> bool:
        owner = self._claims.get(article.id)
        if owner is not None and self._revisions.get(article.id) != article.revision:
            where = "the same file" if owner == document.origin else owner
            reason = (
                f"the id {article.id!r} belongs to another article in {where}; give one of them another id"
            )
            self._fail(Failure(document.origin, reason))
            return False
        self._claims[article.id] = document.origin
        before = self._revisions.get(article.id)
        self._revisions[article.id] = article.revision
        if before == article.revision:
            self.summary.unchanged += 1
            return True
        if before is None:
            self._new.add(article.id)
        if self._session is None or self._index is None:
            self._count([article.id])
            return True
        put = prepare(article, self._index.embedder)
        self._puts.append(put)
        self._chunks += len(put.chunks)
        if self._chunks >= _PUBLISH:
            self._flush()
        return True

    def _flush(self) -> None:
        """Embed and publish what waits; once stopping, publish only what is embedded already."""
        if self._session is None:
            self.summary.removed += sum(map(len, self._stale.values()))
            self._stale.clear()
            return
        self._embed(self._session)
        puts = self._puts
        if self._stopping():
            puts = [put for put in puts if not self._session.missing(put.texts)]
        left_out = {put.article.id for put in self._puts} - {put.article.id for put in puts}
        seen = [seen for seen in self._seen if left_out.isdisjoint(seen.article_ids)]
        removed = [article_id for one in seen for article_id in self._stale.get(one.origin, ())]
        if puts or seen:
            self._session.publish(Batch(puts=tuple(puts), removed=tuple(removed), seen=tuple(seen)))
        self._count(put.article.id for put in puts)
        self.summary.removed += len(removed)
        self._puts, self._seen, self._stale, self._chunks = [], [], {}, 0
        self._in = self._read
        self._report(self._in)

    def _count(self, published: Iterable[str]) -> None:
        for article_id in published:
            if article_id in self._new:
                self.summary.new += 1
            else:
                self.summary.changed += 1

    def _embed(self, session: Session) -> None:
        missing = session.missing(text for put in self._puts for text in put.texts)
        for start in range(0, len(missing), _SLICE):
            if self._stopping():
                return
            texts = missing[start : start + _SLICE]
            session.embed(texts)
            self.summary.embedded += len(texts)
            share = (start + len(texts)) / len(missing)
            self._report(self._in + round((self._read - self._in) * share))

    def _prune(self, documents: Iterable[Document]) -> None:
        """Remove the articles of documents that are gone; one that only failed to be read is not gone."""
        if self._index is None:
            return
        present = {document.origin for document in documents}
        failed = [failure.origin for failure in self.summary.failures]
        roots = {document.root for document in documents}
        for root in sorted(roots):
            with self._index.catalog.read() as snapshot:
                origins = snapshot.documents_under(root)
            for origin in origins:
                unread = any(Path(origin).is_relative_to(path) for path in failed)
                if origin not in present and not unread:
                    alone = self._alone(set(self._articles_from(origin)), origin)
                    self.summary.removed += len(alone)
                    if self._session is not None:
                        self._session.publish(Batch(removed=tuple(alone), forgotten=(origin,)))

    def _alone(self, article_ids: set[str], origin: str) -> list[str]:
        """Those articles that no other document gives, in this run or before; they are known no more."""
        alone = sorted(
            article_id
            for article_id in article_ids - set(self._claims)
            if not set(self._origins_of(article_id)) - {origin}
        )
        for article_id in alone:
            self._revisions.pop(article_id, None)
        return alone

    def _articles_from(self, origin: str) -> list[str]:
        if self._index is None or origin not in self._ledger:
            return []
        with self._index.catalog.read() as snapshot:
            return snapshot.articles_from(origin)

    def _origins_of(self, article_id: str) -> list[str]:
        if self._index is None:
            return []
        with self._index.catalog.read() as snapshot:
            return snapshot.origins_of(article_id)

    def _fail(self, failure: Failure) -> None:
        self.summary.failures.append(failure)

    def _report(self, done: int) -> None:
        counts = self.summary
        articles = counts.new + counts.changed + counts.unchanged + len(self._puts)
        self._on_progress(Progress(done, self._total, articles, counts.embedded))
