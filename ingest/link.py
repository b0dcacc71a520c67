"""One link put on record at a person's word, and what came of it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from index.errors import DocumentError, FetchLater, FetchRefused, PageGone
from index.snapshot import Fetch
from index.store import Index
from index.types import Article
from ingest.fetch import Fetcher, Policy
from ingest.links import checked_link
from ingest.manners import Robots
from ingest.page import document_of
from ingest.pipeline import ingest


class Outcome(StrEnum):
    """What became of a link; all after UNCHANGED put nothing on record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    LATER = "later"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LinkResult:
    """`article` as it is now on record, None where `reason`, a sentence for people, says why there is none.

    REFUSED is a link that is not followed (a private address, a password in it, another scheme), NOT_FOUND a
    page that the site says is not there, LATER what may succeed another time, UNREADABLE a page that is
    there and gives no article (a wall before it, no text, a kind of file that is not read).
    """

    outcome: Outcome
    article: Article | None = None
    reason: str = ""


def put_link(
    index: Index, url: str, policy: Policy | None = None, *, fetcher: Fetcher | None = None
) -> LinkResult:
    """Fetch the page at `url` and put it on record, or refresh it. Takes seconds; call it off the event loop.

    Raises RecordBusy where another process is writing, and RecordError where the record cannot be used; all
    that is about the link is in the result. A `fetcher` that is given is used and left open.
    """
    if fetcher is None:
        with Fetcher(policy) as own:
            return put_link(index, url, fetcher=own)
    robots = Robots(fetcher)
    try:
        link = checked_link(url)
        fetched = fetcher.get(link, allowed=robots.check)
        document = document_of(fetched, link, link)
        document = replace(document, fetch=Fetch(fetched.etag, fetched.modified))
    except DocumentError as error:
        return LinkResult(_outcome(error), reason=_sentence(str(error)))
    summary = ingest(index, [document])
    with index.catalog.read() as snapshot:
        article = next(filter(None, map(snapshot.article, snapshot.articles_from(document.origin))), None)
    if summary.failures:
        return LinkResult(Outcome.UNREADABLE, article, _sentence(summary.failures[0].reason))
    if summary.new:
        return LinkResult(Outcome.NEW, article)
    return LinkResult(Outcome.CHANGED if summary.changed else Outcome.UNCHANGED, article)


def _outcome(error: DocumentError) -> Outcome:
    match error:
        case FetchRefused():
            return Outcome.REFUSED
        case PageGone():
            return Outcome.NOT_FOUND
        case FetchLater():
            return Outcome.LATER
    return Outcome.UNREADABLE


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
