"""The state of one run: what is known, claimed and waiting to be published."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from time import monotonic

from index.catalog.snapshot import PageState
from index.errors import DocumentError
from index.store import Batch, DocumentState, Index, PreparedArticle, Session
from index.types import Article, Status
from ingest.article_ids import ArticleIds
from ingest.chunk import prepare
from ingest.documents import (
    Document,
    Failure,
    Gone,
    Item,
    ListingDone,
    Notice,
    Reading,
    Unchanged,
    WebSource,
    unforeseen,
)
from ingest.engines.engine import Engine
from ingest.options import Options
from ingest.progress import Change, Progress, Summary
from ingest.prune import gone_documents
from ingest.record_state import RecordState
from ingest.removals import Removals
from ingest.rights import Rights, read
from ingest.shared_address import SharedAddresses
from ingest.web.crawler import Crawler
from ingest.withdrawal import withdrawn

# Chunks that wait before they are published: publishing copies the vector directory, so not too often.
_PUBLISH = 4096
_MOST_SECONDS = 20.0  # Pages come slowly: a run that is cut off keeps what came before.


class Run:
    """The state of one run: what is known, claimed and waiting to be published."""

    def __init__(
        self,
        index: Index | None,
        session: Session | None,
        state: RecordState,
        options: Options,
        engine: Engine,
        on_progress: Callable[[Progress], None],
        on_failure: Callable[[Failure], None],
        stopping: Callable[[], bool],
    ) -> None:
        """`state` is of the record now; its tables are brought up to date as the run goes on."""
        self.summary = Summary()
        self._index, self._session = index, session
        self._options, self._engine = options, engine
        self._on_progress, self._on_failure = on_progress, on_failure
        self._stopping = stopping
        self._web: Crawler | None = None
        self._claims: dict[str, str] = {}
        self._new: set[str] = set()
        self._replaced: set[str] = set()
        self._puts: list[PreparedArticle] = []
        self._seen: list[DocumentState] = []
        self._moved: list[tuple[str, str]] = []
        self._stale: dict[str, list[str]] = {}
        self._removed: list[str] = []
        self._leaving: dict[str, Change] = {}
        self._forgotten: list[str] = []
        self._chunks, self._flushed = 0, monotonic()
        self._read = self._in = self._total = 0
        self._state = state
        self._digests, self._owned, self._revisions = state.digests, state.owned, state.revisions
        self._moves, self._pages = state.moves, state.pages
        self._removals = Removals(state.removed, scheduled=options.scheduled)
        self._rights = Rights(index, self._claims, self._digests, self._owned)
        self._shared = SharedAddresses(self._claims, self._current)
        self._names = ArticleIds(
            self._rights, self._revisions, self._moves, self._moved, self.summary.notices, self._current
        )

    def take(
        self, found: Sequence[Item], web: Crawler | None = None, links: Sequence[WebSource] = ()
    ) -> Summary:
        """Take in what was found, then what `links` lead to as `web` fetches it; returns the summary."""
        self._web = web
        documents = [item for item in found if isinstance(item, Document)]
        self._total = sum(document.size for document in documents)
        self._report(0)  # at once: the first document may be a long one
        coming = web.items(links) if web is not None else iter(())
        for item in chain(self._engine.ahead(found, self._state.is_known), coming):
            if self._stopping():
                break
            self._take(item)
            if web is not None and monotonic() - self._flushed >= _MOST_SECONDS:
                self._flush()
        if hasattr(coming, "close"):
            coming.close()
        self._flush()
        if self._stopping():
            self.summary.interrupted = True
        elif self._options.prune:
            self._prune(documents)
        self.summary.left = web.left if web is not None else 0
        return self.summary

    def _take(self, item: Item) -> None:
        match item:
            case Failure():
                self._fail(item)
            case Unchanged():
                self._take_same(item)
            case Gone():
                self._take_gone(item)
            case Notice():
                self.summary.notices.append(item)
            case ListingDone():
                self._seen.append(DocumentState(item.origin, item.origin, "listing", (), item.fetch))
            case Document():
                if item.link:
                    self._total += item.size
                self._take_document(item)
                self._read += item.size
        self._report(self._in)

    def _take_same(self, item: Unchanged) -> None:
        known = self._owned.get(item.origin, [])
        kept = [id_ for id_ in known if self._claims.get(id_) == item.origin or id_ not in self._replaced]
        if len(kept) < len(known):
            # Another document took one over in this run: this one is read again the next time.
            self.summary.unchanged += len(kept)
            self._seen.append(DocumentState(item.origin, item.root, "", tuple(kept)))
            return
        self.summary.unchanged += len(known)
        self._claims.update((article_id, item.origin) for article_id in known)
        if item.fetch is not None and item.fetch != self._pages.get(item.origin):
            digest = self._digests.get(item.origin, "")
            self._seen.append(DocumentState(item.origin, item.root, digest, tuple(known), item.fetch))

    def _take_gone(self, item: Gone) -> None:
        """Mark what a page gave as withdrawn; take it out once it has been for as long as it is kept."""
        today = date.today()  # noqa: DTZ011 (the day on which the reader is told)
        before = self._pages.get(item.origin, PageState())
        since = date.fromisoformat(before.gone_since or today.isoformat())
        if (today - since).days >= self._options.keep_withdrawn and before.gone_since:
            self._forget(item.origin)
            return
        kept = self._alone(self._owned.get(item.origin, ()), item.origin)
        for article_id in kept:
            article = self._current(article_id)
            if article is not None and article.status is not Status.WITHDRAWN:
                self._take_article(withdrawn(article, today), item.origin)
                self.summary.withdrawn += 1
        fetch = replace(before, gone_since=since.isoformat())
        self._seen.append(DocumentState(item.origin, item.root, "", tuple(kept), fetch))

    def _take_document(self, document: Document) -> None:
        try:
            digest = document.digest()
            known = self._owned.get(document.origin, [])
            same = digest == self._digests.get(document.origin)
            if known and same and not self._removals.is_asked_back(document):
                self._take_same(Unchanged(document.origin, document.root, document.fetch))
                return
        except DocumentError as error:
            self._fail(Failure(document.origin, str(error)))
            return
        given: list[str] = []
        failed = False
        document, items = read(document, self._options.most_of_page, self._engine)
        for item in items:
            id_ = self._take_part(item, document, known)
            if id_:
                given.append(id_)
            failed = failed or id_ is None
            if self._stopping():
                # Read again next time: only then is it known what else the document holds.
                return
        if failed and not given:
            return
        stale = set(known) - set(given)
        if stale and not failed and (self._options.prune or not document.is_collection):
            # Gone with the batch that brings what the document holds now: no reader sees the gap between.
            self._stale[document.origin] = self._taken_out(stale, document.origin)
            stale = set()
        # Without its digest a document is read again: so that failures are told again, until they are mended.
        unfinished = failed or bool(stale) or "entry" in document.stated
        ids, digest = (*given, *sorted(stale)), "" if unfinished else digest
        root, form = self._state.root_of(document), document.format.name
        self._seen.append(DocumentState(document.origin, root, digest, ids, document.fetch, form))

    def _take_part(
        self, item: Article | Failure | Notice | Reading, document: Document, known: Sequence[str]
    ) -> str | None:
        """The id of an article of a document, once it is taken; None for a failure, "" for a mere word."""
        match item:
            case Notice():
                self.summary.notices.append(item)
                return ""
            case Reading():
                self._report(self._in)
                return ""
            case Failure():
                self._fail(item)
                return None
        article = self._shared.settled(self._names.called(item, document, known), document)
        if article is None:
            self.summary.unchanged += 1
            return item.id
        if self._removals.stays_away(article.id, document, known):
            return ""
        return article.id if self._take_article(article, document.origin, document) else None

    def _current(self, article_id: str) -> Article | None:
        """What is on record under an id, or will be."""
        waiting = (put.article for put in reversed(self._puts) if put.article.id == article_id)
        if (article := next(waiting, None)) is not None or self._index is None:
            return article
        with self._index.catalog.read() as snapshot:
            return snapshot.article(article_id)

    def _take_article(self, article: Article, origin: str, document: Document | None = None) -> bool:
        replaces = self._revisions.get(article.id) not in (None, article.revision)
        if replaces and (reason := self._rights.refusal(article, origin, document)):
            self._fail(Failure(origin, reason))
            return False
        put = None
        if self._revisions.get(article.id) != article.revision and self._session and self._index:
            try:
                put = prepare(article, self._index.embedder)
            except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
                self._fail(unforeseen(origin, error))
                return False
            self._engine.expect(put.texts, self._session.missing)
        displaced = self._shared.displaced(article, origin) if replaces else None
        if replaces:
            self._replaced.add(article.id)
            self._disown(article.id)
        self._rights.take(article, origin, document)
        before = self._revisions.get(article.id)
        self._revisions[article.id] = article.revision
        if before == article.revision:
            self.summary.unchanged += 1
            return True
        if before is None:
            self._new.add(article.id)
        if put is None:
            self._count([article])
            return True
        self._puts.append(put)
        self._chunks += len(put.chunks)
        if displaced is not None:
            guest, article = displaced
            self._take_article(article, guest.origin)
            self._seen.append(DocumentState(guest.origin, guest.root, "", (guest.id,)))
        if self._chunks >= _PUBLISH:
            self._flush()
        return True

    def _disown(self, article_id: str) -> None:
        """What another document gave in this run, and is not published yet, is not that document's."""
        for place, seen in enumerate(self._seen):
            if article_id in seen.article_ids:
                ids = tuple(id_ for id_ in seen.article_ids if id_ != article_id)
                self._seen[place] = replace(seen, digest="", article_ids=ids)

    def _flush(self) -> None:
        """Embed and publish what waits; once stopping, publish only what is embedded already."""
        if self._session is None:
            self._say_removed(chain(self._removed, *self._stale.values()))
            self._stale, self._removed = {}, []
            return
        self._embed(self._session)
        puts = self._puts
        if self._stopping():
            puts = [put for put in puts if not self._session.missing(put.texts)]
        left_out = {put.article.id for put in self._puts} - {put.article.id for put in puts}
        seen = [seen for seen in self._seen if left_out.isdisjoint(seen.article_ids)]
        removed = [article_id for one in seen for article_id in self._stale.get(one.origin, ())]
        removed.extend(self._removed)
        if puts or seen or self._forgotten:
            forgotten, moved = tuple(self._forgotten), tuple(self._moved)
            self._session.publish(Batch(tuple(puts), tuple(removed), tuple(seen), forgotten, moved))
        self._count(put.article for put in puts)
        self._say_removed(removed)
        self._puts, self._seen, self._stale, self._chunks = [], [], {}, 0
        self._moved.clear()
        self._removed, self._forgotten = [], []
        self._in, self._flushed = self._read, monotonic()
        self._report(self._in)

    def _count(self, published: Iterable[Article]) -> None:
        for article in published:
            self.summary.add(Change.of("new" if article.id in self._new else "changed", article))

    def _say_removed(self, removed: Iterable[str]) -> None:
        for article_id in removed:
            self.summary.add(self._leaving.pop(article_id))

    def _embed(self, session: Session) -> None:
        missing = session.missing(text for put in self._puts for text in put.texts)
        size = self._engine.at_once
        for start in range(0, len(missing), size):
            if start and self._stopping():  # the first slice may be of pages that were fetched
                return
            texts = missing[start : start + size]
            session.keep(texts, self._engine.embed(texts))
            self.summary.embedded += len(texts)
            share = (start + len(texts)) / len(missing)
            self._report(self._in + round((self._read - self._in) * share))

    def _prune(self, documents: Iterable[Document]) -> None:
        """Remove the articles of documents that are gone; one that only failed to be read is not gone."""
        failed = (failure.origin for failure in self.summary.failures)
        for origin in gone_documents(self._state.roots, documents, failed):
            self._forget(origin)
        self._flush()

    def _forget(self, origin: str) -> None:
        """Take a document out with the next batch, and the articles that it alone gave."""
        self._removed.extend(self._taken_out(self._owned.get(origin, ()), origin))
        self._forgotten.append(origin)

    def _taken_out(self, article_ids: Iterable[str], origin: str) -> list[str]:
        """Those articles that no other document gives; from now on the run knows them no more."""
        alone = self._alone(article_ids, origin)
        for article_id in alone:
            self._revisions.pop(article_id, None)
            self._leaving[article_id] = Change.of(
                "removed", self._current(article_id) or Article(article_id, "")
            )
        return alone

    def _alone(self, article_ids: Iterable[str], origin: str) -> list[str]:
        """Those articles that no other document gives, in this run or before."""
        going = {origin, *self._forgotten}
        unclaimed = sorted(set(article_ids) - set(self._claims))
        return [one for one in unclaimed if going.issuperset(self._rights.origins_of(one))]

    def _fail(self, failure: Failure) -> None:
        self.summary.failures.append(failure)
        self._on_failure(failure)

    def _report(self, done: int) -> None:
        pages, known = (self._web.pages, self._web.expected) if self._web is not None else (0, 0)
        self._on_progress(self.summary.progress(done, self._total, self._read, len(self._puts), pages, known))
