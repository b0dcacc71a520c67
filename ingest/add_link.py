"""Puts one link on record that a person gave, and says how that ended."""

from dataclasses import dataclass, replace
from enum import StrEnum

from index.catalog.snapshot import PageState
from index.errors import DocumentError, FetchLater, FetchRefused, PageGone
from index.store import Index
from index.types import Article, Status
from ingest.documents import Gone, unforeseen
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.sandbox.parent import shared_sandbox
from ingest.urls import checked_link
from ingest.web.fetcher import Fetcher, Policy
from ingest.web.response import to_document
from ingest.web.robots import Robots

_FOR_GOOD = 1_000_000
# Who names one link means a page, or a few articles.
_MOST = 20


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
    page that the site says is not there (what it gave before is then marked as withdrawn), LATER what may
    succeed another time, UNREADABLE a page that is there and gives no article (a wall before it, no text, a
    kind of file that is not read).
    `more` is how many articles the page gave besides this one.
    `walled` is a page that says of itself that it is not free, so that its opening may be all there was.
    """

    outcome: Outcome
    article: Article | None = None
    reason: str = ""
    walled: bool = False
    more: int = 0


def add_link(
    index: Index, url: str, policy: Policy | None = None, *, fetcher: Fetcher | None = None
) -> LinkResult:
    """Fetch the page at `url` and put it on record, or refresh it. Takes seconds; call it off the event loop.

    Raises RecordBusy where another process is writing, and RecordError where the record cannot be used; all
    that is about the link is in the result. A `fetcher` that is given is used and left open.
    """
    if fetcher is None:
        with Fetcher(policy) as own:
            return add_link(index, url, fetcher=own)
    robots = Robots(fetcher)
    try:
        link = checked_link(url)
        fetched = fetcher.get(link, allowed=robots.check)
        document = to_document(fetched, link, link)
        document = replace(document, fetch=PageState(fetched.etag, fetched.modified))
    except PageGone as error:
        return _gone(index, link, error)
    except DocumentError as error:
        return LinkResult(_outcome(error), reason=_sentence(str(error)))
    except Exception as error:  # noqa: BLE001 (whatever a site sends, who named it is told)
        return LinkResult(Outcome.UNREADABLE, reason=_sentence(unforeseen(url, error).reason))
    summary = ingest(index, [document], options=Options(most_of_page=_MOST))
    with index.catalog.read() as snapshot:
        given = snapshot.articles_from(document.origin)
        article = next(filter(None, map(snapshot.article, given)), None)
    if summary.failures:
        return LinkResult(Outcome.UNREADABLE, article, _sentence(summary.failures[0].reason))
    outcome = Outcome.NEW if summary.new else Outcome.CHANGED if summary.changed else Outcome.UNCHANGED
    return LinkResult(
        outcome, article, walled=shared_sandbox().walled(fetched.body), more=max(0, len(given) - 1)
    )


def _gone(index: Index, link: str, error: PageGone) -> LinkResult:
    """Mark what the page gave as withdrawn, as a run does."""
    with index.catalog.read() as snapshot:
        given = snapshot.articles_from(link)
        root = snapshot.document_roots().get(link, link)
    if not given:
        return LinkResult(Outcome.NOT_FOUND, reason=_sentence(str(error)))
    # How long it is kept is for runs, which know the settings.
    ingest(index, [Gone(link, root, error.status)], options=Options(keep_withdrawn=_FOR_GOOD))
    with index.catalog.read() as snapshot:
        withdrawn = [one for one in map(snapshot.article, given) if one and one.status is Status.WITHDRAWN]
    said = "what it gave stays on record, since another source gives it too"
    if withdrawn:
        said = f"“{withdrawn[0].title}” stays on record, marked as withdrawn"
    reason = f"the site says that the page is not there any more ({error.status}); {said}"
    return LinkResult(Outcome.NOT_FOUND, reason=_sentence(reason))


def _outcome(error: DocumentError) -> Outcome:
    match error:
        case FetchRefused():
            return Outcome.REFUSED
        case FetchLater():
            return Outcome.LATER
    return Outcome.UNREADABLE


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
