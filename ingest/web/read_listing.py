"""Whether what came for a link lists pages, and which."""

from dataclasses import replace

from index.errors import DocumentError
from ingest.listings.feeds import looks_like_feed
from ingest.listings.listed_page import ListedPage
from ingest.listings.sitemaps import links, looks_like_list, looks_like_sitemap
from ingest.sandbox.parent import shared_sandbox
from ingest.web.fetcher import Fetched


def listing_kind(fetched: Fetched, kind: str) -> str:
    """Tell "feed", "sitemap" or "list"; "" for a page. `kind` is what the source is said to be, or "auto"."""
    if kind != "auto":
        return "" if kind == "page" else kind
    if fetched.kind in ("text/html", "application/xhtml+xml"):
        return ""
    if looks_like_sitemap(fetched.body):
        return "sitemap"
    if looks_like_feed(fetched.body) and b"<html" not in fetched.body[:512].lower():
        return "feed"
    text = fetched.kind in ("text/plain", "") and fetched.body[:8] != b"%PDF-1."
    return "list" if text and looks_like_list(fetched.body[:200_000].decode("utf-8", "replace")) else ""


def read_listing(kind: str, fetched: Fetched) -> list[ListedPage]:
    """The pages that are listed, each once. DocumentError where nothing is, or it cannot be read."""
    if kind == "list":
        found = [ListedPage(url) for url in links(fetched.body.decode("utf-8", "replace"))]
    else:
        asked = {"task": kind, "url": fetched.url, "charset": fetched.charset}
        found = [ListedPage(**answer["entry"]) for answer in shared_sandbox().ask(asked, fetched.body)]
    if not found and kind != "feed":
        msg = "it lists no pages; check the link"
        raise DocumentError(msg)
    first: dict[str, ListedPage] = {}
    for entry in found:
        # A feed may list a page twice; then it changed if either says so.
        if (before := first.get(entry.url)) is not None:
            entry = replace(before, change_token=min(before.change_token, entry.change_token))
        first[entry.url] = entry
    return list(first.values())
