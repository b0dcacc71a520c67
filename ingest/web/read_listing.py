"""Whether what came for a link lists pages, and which."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.errors import DocumentError
from ingest.listings.feeds import is_feed, looks_like_feed
from ingest.listings.listed_page import ListedPage
from ingest.listings.sitemaps import is_sitemap, links, looks_like_list, looks_like_sitemap
from ingest.sandbox.parent import shared_sandbox
from ingest.web.fetcher import Fetched

_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Listed:
    """The pages that are listed; `breaks_off` says that there were more, which did not come."""

    pages: tuple[ListedPage, ...]
    breaks_off: bool = False


def listing_kind(fetched: Fetched, kind: str) -> str:
    """Tell "feed", "sitemap" or "list"; "" for a page.

    `kind` is what the source is said to be; with "auto" the bytes tell, whatever the site says that they are.
    "listed" is what another listing names: it is a listing itself only where its first element says so.
    """
    if kind not in ("auto", "listed"):
        return "" if kind == "page" else kind
    if is_sitemap(fetched.body):
        return "sitemap"
    if is_feed(fetched.body):
        return "feed"
    if kind == "listed" or fetched.kind in _PAGES:
        return ""
    if looks_like_sitemap(fetched.body):
        return "sitemap"
    if looks_like_feed(fetched.body) and b"<html" not in fetched.body[:512].lower():
        return "feed"
    text = fetched.kind in ("text/plain", "") and fetched.body[:8] != b"%PDF-1."
    return "list" if text and looks_like_list(fetched.body[:200_000].decode("utf-8", "replace")) else ""


def read_listing(kind: str, fetched: Fetched) -> Listed:
    """The pages that are listed, each once. DocumentError where nothing is, or it cannot be read."""
    breaks_off = False
    if kind == "list":
        found = [ListedPage(url) for url in links(fetched.body.decode("utf-8", "replace"))]
    else:
        asked = {"task": kind, "url": fetched.url, "charset": fetched.charset}
        answers = list(shared_sandbox().ask(asked, fetched.body))
        found = [ListedPage(**answer["entry"]) for answer in answers if "entry" in answer]
        breaks_off = any(answer.get("breaks_off") for answer in answers)
    if not found and kind != "feed":
        msg = "it lists no pages; check the link"
        raise DocumentError(msg)
    return Listed(tuple(_each_once(_apart(found))), breaks_off)


def _apart(found: Iterable[ListedPage]) -> list[ListedPage]:
    """Entries that share one page, each an article by itself where each has a text of its own."""
    found = list(found)
    texts: dict[str, set[str]] = {}
    for entry in found:
        texts.setdefault(entry.url, set()).add(entry.content.strip())
    shared = {url for url, said in texts.items() if len(said) > 1}
    return [
        replace(entry, url=f"{entry.url}#{entry.key}", has_no_page=True)
        if entry.url in shared and entry.content.strip() and not entry.has_no_page
        else entry
        for entry in found
    ]


def _each_once(found: Iterable[ListedPage]) -> list[ListedPage]:
    first: dict[str, ListedPage] = {}
    for entry in found:
        # A feed may list a page twice; then it changed if either says so.
        if (before := first.get(entry.url)) is not None:
            entry = replace(before, change_token=min(before.change_token, entry.change_token))
        first[entry.url] = entry
    return list(first.values())
