"""A run of ingestion: what is new, changed, unchanged, gone or broken, and its way into the record.

A document whose bytes are known is passed by, and so is a page whose site says that it is the same. The
articles of any other are compared with the record by revision; what moved is chunked, embedded (each slice
kept as soon as it is done) and published in batches, so that a run cut off anywhere keeps what it has and the
next one does the rest.
"""

from collections.abc import Callable, Sequence
from time import monotonic

from index.store import Batch, Index, Session
from ingest.chunk import prepare
from ingest.documents import Failure, Item, WebSource
from ingest.engines.engine import Engine, LocalEngine
from ingest.options import Options
from ingest.progress import Progress, Summary
from ingest.record_state import RecordState
from ingest.run import Run
from ingest.web.crawler import Crawler
from ingest.web.fetcher import Fetcher

__all__ = ["Options", "Progress", "Summary", "ingest", "prepare", "rebuild", "remove"]

_AS_USUAL = Options()


def ingest(
    index: Index | None,
    found: Sequence[Item | WebSource],
    *,
    options: Options = _AS_USUAL,
    engine: Engine | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_failure: Callable[[Failure], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
    on_end: Callable[[Session, Summary], None] = lambda _session, _summary: None,
) -> Summary:
    """Put what `sources.find` found on record; `index` may be None for a dry run without a record.

    `engine` reads and embeds; None is for doing so in this process.
    `stopping` is asked between steps; once it says yes, what is complete is published and the run ends.
    `on_end` is called when all is published and no other run can write yet; a dry run does not call it.
    Raises RecordBusy where another run is writing.
    """
    started = monotonic()

    def run(session: Session | None) -> Summary:
        state = RecordState.of(index)
        used = engine or LocalEngine(index.embedder if index is not None and session is not None else None)
        running = Run(index, session, state, options, used, on_progress, on_failure, stopping)
        links = [item for item in found if isinstance(item, WebSource)]
        others = [item for item in found if not isinstance(item, WebSource)]
        if not links:
            return running.take(others)
        with Fetcher(options.policy) as fetcher:
            web = Crawler(fetcher, state.known_pages(scheduled=options.scheduled), options.manners)
            return running.take(others, web, links)

    if options.dry_run or index is None:
        summary = run(None)
        summary.seconds = monotonic() - started
        return summary
    with index.session() as session:
        summary = run(session)
        session.tidy()
        summary.seconds = monotonic() - started
        on_end(session, summary)
    return summary


def rebuild(index: Index, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Make everything that is derived again from the stored articles; returns how many texts were embedded.

    With another model than before everything is embedded again, else what is damaged. Readers see the old
    vectors until the end.
    """
    embedded = 0
    with index.session(rebuilding=True) as session:
        session.distrust_damaged()
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
    """Take one article out of the record, its text with it.

    A file gives it back if it is read again; a page only if somebody names the page itself.
    """
    with index.session() as session:
        session.publish(Batch(removed=(article_id,), by_hand=True))
        session.tidy()
