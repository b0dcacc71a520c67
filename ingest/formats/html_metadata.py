"""What a web page says of its article: in JSON-LD, in meta elements, and in what can be seen."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from ingest.dates import parse_date
from ingest.formats.clean_text import clean_line
from ingest.urls import shown_url

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "publish-date",
    "pubdate", "publishdate", "published_time", "publication_date", "citation_publication_date",
    "dc.date.issued", "dcterms.created", "dc.date", "dc.date.created", "dcterms.date", "sailthru.date",
    "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article:updated_time",
)  # fmt: skip
_TITLES = ("dc:title", "dcterms:title", "og:title", "twitter:title", "dc.title", "title", "parsely-title")
_SEPARATOR = re.compile(r"\s+(?:[|–—»·•-]|::)\s+")
_ARTICLE = re.compile(r"article|posting|report", re.IGNORECASE)
_FEWEST_WORDS = 3
_MOST_NODES = 5_000


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page states; "" for what it does not."""

    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""


def page_metadata(tree: Any) -> PageMetadata:
    """What the page parsed as `tree` says of itself. The tree is left as it is."""
    from trafilatura.metadata import extract_metadata

    # What it finds by an extensive search (years in footers, dates of comments) is too often not the date.
    found = extract_metadata(tree, extensive=False)
    stated = _stated(tree)
    linked = list(_linked_data(tree))
    published = _first_date(
        _values(stated, _PUBLISHED), _linked(linked, "datePublished"), _time_elements(tree)
    )
    return PageMetadata(
        title=_title(tree, stated, linked) or clean_line(found.title or ""),
        source=clean_line(found.sitename or ""),
        authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
        url=_url(tree, stated),
        published=published or _first_date(iter([found.date or ""])),
        updated=_first_date(_values(stated, _UPDATED), _linked(linked, "dateModified")),
    )


def _stated(tree: Any) -> dict[str, list[str]]:
    """The contents of the meta elements, by their names in lower case."""
    stated: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            for name in (element.get(attribute) or "").lower().split():
                if content:
                    stated.setdefault(name, []).append(content)
    return stated


def _values(stated: dict[str, list[str]], names: tuple[str, ...]) -> Iterator[str]:
    return (value for name in names for value in stated.get(name, ()))


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects in the page's JSON-LD, those about articles first."""
    others: list[dict[str, Any]] = []
    for element in tree.xpath('//script[@type="application/ld+json"]'):
        try:
            waiting: list[Any] = [json.loads(element.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST_NODES):
            if not waiting:
                break
            node = waiting.pop()
            if isinstance(node, list):
                waiting.extend(reversed(node))
            elif isinstance(node, dict):
                waiting.extend(value for value in node.values() if isinstance(value, list | dict))
                if _is_article(node):
                    yield node
                else:
                    others.append(node)
    yield from others


def _linked(nodes: list[dict[str, Any]], name: str) -> Iterator[str]:
    return (value for node in nodes if isinstance(value := node.get(name), str))


def _is_article(node: dict[str, Any]) -> bool:
    return _ARTICLE.search(str(node.get("@type", ""))) is not None


def _title(tree: Any, stated: dict[str, list[str]], linked: list[dict[str, Any]]) -> str:
    """The title that the page states, else the one of its window, without the name of the site."""
    headlines = _linked([node for node in linked if _is_article(node)], "headline")
    for candidate in (*headlines, *_values(stated, _TITLES)):
        if title := clean_line(unescape(candidate)):
            return title
    window = (
        clean_line("".join(next(tree.iter("title")).itertext())) if tree.find(".//title") is not None else ""
    )
    return _without_site(window, [clean_line(heading.text_content()) for heading in tree.iter("h1")])


def _without_site(window: str, headings: list[str]) -> str:
    """The title of a window, without the name of the site that mostly follows it."""
    parts = _SEPARATOR.split(window)
    if len(parts) == 1:
        return window
    for part in (window, *parts):
        if part in headings:
            return part
    shorter = window[: [found.start() for found in _SEPARATOR.finditer(window)][-1]]
    return shorter if len(shorter.split()) >= _FEWEST_WORDS else window


def _time_elements(tree: Any) -> Iterator[str]:
    marked = '//*[@itemprop="datePublished" or self::time[@pubdate] or contains(@class, "entry-date")]'
    for element in tree.xpath(marked):
        yield element.get("datetime") or element.get("content") or element.text or ""


def _first_date(*sources: Iterator[str]) -> str:
    """The first of the values that is a date."""
    for source in sources:
        for value in source:
            try:
                if read := parse_date(value):
                    return read
            except ValueError:
                continue
    return ""


def _url(tree: Any, stated: dict[str, list[str]]) -> str:
    """The address that the page gives as its own, where it is a whole one."""
    links = (element.get("href") or "" for element in tree.iter("link") if _is_canonical(element))
    candidates = (*links, *stated.get("og:url", ()))
    return next((url for candidate in candidates if (url := shown_url(candidate))), "")


def _is_canonical(element: Any) -> bool:
    return "canonical" in (element.get("rel") or "").lower().split()
