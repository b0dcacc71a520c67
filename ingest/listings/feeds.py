"""Feeds: what RSS and Atom say of their entries. Bytes only; nothing is fetched here."""

import calendar
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from index.errors import DocumentError
from ingest.dates import parse_date
from ingest.formats.clean_text import clean_line
from ingest.listings.listed_page import ListedPage
from ingest.urls import shown_url

_MOST_ENTRIES = 10_000


def looks_like_feed(data: bytes) -> bool:
    """Whether bytes begin like a feed."""
    head = data[:4096].lower()
    return any(tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel"))


def entries(data: bytes, url: str, charset: str = "") -> Iterator[ListedPage]:
    """The entries of a feed that was at `url`, in its order. DocumentError where it is no feed."""
    import feedparser

    headers = {"content-location": url}
    if charset:
        headers["content-type"] = f"application/xml; charset={charset}"
    found = feedparser.parse(BytesIO(data), response_headers=headers)
    if not found.version and not found.entries:
        msg = "it is not a feed that can be read; use the address of an RSS or Atom feed"
        raise DocumentError(msg)
    outlet = clean_line(str(found.feed.get("title", "")))
    for item in found.entries[:_MOST_ENTRIES]:
        yield _entry(item, url, outlet)


def _entry(item: Any, url: str, outlet: str) -> ListedPage:
    link = _link(item, url)
    content = _content(item)
    guid = clean_line(str(item.get("id", "")))
    updated = moment(item, "updated")
    stated = {
        "title": clean_line(_plain(str(item.get("title", "")))),
        "authors": "; ".join(_authors(item)),
        "published": moment(item, "published") or moment(item, "created") or updated,
        "updated": updated,
        "source": outlet,
    }
    said = "\n".join((guid, *stated.values(), content))
    mark = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    # An entry without a page is an article by itself, known by its place in the feed.
    return ListedPage(
        link or f"{url}#{guid or mark}",
        mark,
        {name: value for name, value in stated.items() if value},
        content,
        has_no_page=not link,
    )


def _link(item: Any, url: str) -> str:
    stated = [
        one.get("href", "") for one in item.get("links", ()) if one.get("rel", "alternate") == "alternate"
    ]
    for candidate in (item.get("link", ""), *stated, item.get("id", "")):
        try:
            whole = shown_url(urljoin(url, str(candidate))) if candidate else ""
        except ValueError:
            continue
        if whole and (candidate != item.get("id", "") or str(candidate).startswith("http")):
            return whole
    return ""


def _content(item: Any) -> str:
    """The longest of what the entry holds itself, as HTML."""
    values = [str(one.get("value", "")) for one in item.get("content", ())]
    return max([*values, str(item.get("summary", ""))], key=len)


def _authors(item: Any) -> list[str]:
    names = [clean_line(str(one.get("name", ""))) for one in item.get("authors", ()) if one]
    return [name for name in names if name] or (
        [clean_line(str(item["author"]))] if item.get("author") else []
    )


def moment(item: Any, name: str) -> str:
    """A date of an entry with its offset, as ISO 8601; "" where none can be read."""
    written = str(item.get(name, "") or "")
    try:
        if read := parse_date(written):
            return read
    except ValueError:
        pass
    parsed = item.get(f"{name}_parsed")
    try:
        # The library knows more ways to write a date, and gives the moment in UTC.
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else ""
    except (ValueError, OverflowError, TypeError):
        return ""


def _plain(markup: str) -> str:
    from lxml import html

    if "<" not in markup:
        return markup
    try:
        return str(html.fromstring(f"<p>{markup}</p>").text_content())
    except (ValueError, TypeError):
        return markup
