"""What is known of pages, and the pages and listings that a crawl has under way."""

from dataclasses import dataclass, field

from index.catalog.snapshot import PageState
from ingest.documents import WebSource
from ingest.listings.listed_page import ListedPage


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What the record knows of a page: what its site said, whether it was read, and through what.

    `removed` says that what it gave was removed by hand, and comes back if the page itself is named.
    """

    fetch: PageState = field(default_factory=PageState)
    read: bool = False
    root: str = ""
    removed: bool = False


@dataclass(slots=True)
class Listing:
    """A feed, sitemap or list whose pages are on their way; `url` is where `origin` was in the end."""

    origin: str
    fetch: PageState
    url: str
    kind: str
    open: int = 0
    failed: bool = False


@dataclass(slots=True)
class Page:
    """A page to be asked for; `depth` counts the listings above it.

    `again` says that its feed tells of no change, and that it is asked for since that was long ago.
    """

    url: str
    link: WebSource
    entry: ListedPage | None = None
    above: Listing | None = None
    depth: int = 0
    again: bool = False
