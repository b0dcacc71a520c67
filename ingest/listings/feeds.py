"""Feeds: what RSS and Atom say of their entries. Bytes only; nothing is fetched here."""

import hashlib
import re
from collections.abc import Iterator
from email.utils import parseaddr
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from index.errors import DocumentError
from ingest.formats.clean_text import clean_line
from ingest.listings.feed_dates import read_moment
from ingest.listings.listed_page import ListedPage
from ingest.listings.xml_root import root_name
from ingest.urls import shown_url

_MOST_ENTRIES = 10_000
_ELEMENT = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|del|em|font|i|img|ins|mark|p|q|s|small|span|strong|sub|sup|u)\b[^<>]*>"
)
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})


def looks_like_feed(data: bytes) -> bool:
    """Whether bytes begin like a feed."""
    head = data[:4096].lower()
    return any(tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel"))


def is_feed(data: bytes) -> bool:
    """Whether the first element in bytes is a feed's."""
    return root_name(data) in _ROOTS


def entries(data: bytes, url: str, charset: str = "") -> Iterator[ListedPage]:
    """The entries of a feed that was at `url`, in its order. DocumentError where it is no feed."""
    import feedparser

    headers = {"content-location": url}
    if charset:
        headers["content-type"] = f"application/xml; charset={charset}"
    found = feedparser.parse(BytesIO(data), response_headers=headers)
    # What is empty has no version at all.
    if not found.get("version") and not found.entries:
        msg = "it is not a feed that can be read; use the address of an RSS or Atom feed"
        raise DocumentError(msg)
    outlet = clean_line(str(found.feed.get("title", "")))
    for item in found.entries[:_MOST_ENTRIES]:
        yield _entry(item, url, outlet)


def _entry(item: Any, url: str, outlet: str) -> ListedPage:
    link = _link(item, url)
    content = _content(item)
    guid = clean_line(str(item.get("id", "")))
    updated = _moment(item, "updated")
    stated = {
        "title": clean_line(_title(item)),
        "authors": "; ".join(_authors(item)),
        "published": _moment(item, "published") or _moment(item, "created"),
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
        key=guid or mark,
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
    """Names, also where a feed writes an address with the name beside it."""
    stated = [one.get("name", "") for one in item.get("authors", ()) if one and not one.get("email")]
    if not any(stated):
        stated = [str(item.get("author", ""))]
    named = [parseaddr(one)[0] if "@" in one else one for one in map(str, stated)]
    return [line for one in named if (line := clean_line(one))]


def _moment(item: Any, name: str) -> str:
    # Not `item.get`: feedparser gives the day of publication where none of a change is stated.
    written = str(dict.get(item, name, "") or "")
    return read_moment(written, dict.get(item, f"{name}_parsed")) if written else ""


def _title(item: Any) -> str:
    """The title in plain text, whether a feed wrote it as such or as HTML."""
    written = str(item.get("title", ""))
    if "html" in str(item.get("title_detail", {}).get("type", "")):
        return unescape(_plain(written))
    # What looks like an element may be a sign for "less than" too.
    return unescape(_plain(written) if _ELEMENT.search(written) else written)


def _plain(markup: str) -> str:
    from lxml import html

    if "<" not in markup:
        return markup
    try:
        return str(html.fromstring(f"<p>{markup}</p>").text_content())
    except (ValueError, TypeError):
        return markup
