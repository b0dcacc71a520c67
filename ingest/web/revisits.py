"""When pages are asked for again although their feed says nothing new of them.

Many sites correct a page and leave its entry as it was. So once a day a feed is read as a whole, also where
it would say that it is the same, and the pages that it still names are asked whether they changed.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from index.catalog.snapshot import PageState
from ingest.listings.listed_page import ListedPage
from ingest.web.pages import KnownPage

LISTING = "listing"
FEED = "feed"
"""Change tokens of listings, of feeds apart."""

MOST_AGAIN = 50
"""The most pages of a feed that are asked for again in one run; the next run goes on with the others."""

# Less than a day, so that a source that is read at one hour each day does not miss every other day.
_REST = timedelta(hours=20)


def now() -> str:
    """The moment, as it is remembered."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def is_listing(fetch: PageState) -> bool:
    """Whether what was fetched listed pages."""
    return fetch.change_token in (LISTING, FEED)


def wants_whole(fetch: PageState) -> bool:
    """Whether a listing is to be sent also where it did not change."""
    return fetch.change_token == FEED and _rested(fetch)


def due_again(entries: Iterable[ListedPage], known: Mapping[str, KnownPage]) -> list[str]:
    """Of entries that are the same, the pages that were not asked for lately, longest ago first."""
    pages = [entry.url for entry in entries if not entry.has_no_page and _rested(known[entry.url].fetch)]
    return sorted(pages, key=lambda url: known[url].fetch.asked)


def _rested(fetch: PageState) -> bool:
    """Whether the last answer is long enough ago; so it is where it was not noted, or lies in the future."""
    if not fetch.asked:
        return True
    try:
        since = datetime.now(UTC) - datetime.fromisoformat(fetch.asked)
    except (ValueError, TypeError):
        return True
    return not timedelta() <= since < _REST
