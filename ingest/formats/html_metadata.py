"""What a web page says of its article: in JSON-LD, in meta elements, and in what can be seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from ingest.formats.clean_text import clean_line
from ingest.formats.html_dates import PUBLISHED, UPDATED, checked_guess, dates_in_article, first_date, values
from ingest.formats.html_linked_data import LinkedData, linked_data
from ingest.formats.html_title import choose_title
from ingest.urls import canonical_url, is_link, shown_url

_TITLES = ("dc:title", "dcterms:title", "og:title", "twitter:title", "dc.title", "title", "parsely-title")
_OUTSIDE_LINKS = "//body//text()[not(ancestor::a or ancestor::script or ancestor::style)]"
_SITES = ("og:site_name", "application-name", "twitter:app:name:iphone", "apple-mobile-web-app-title")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page states; "" for what it does not."""

    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""


def page_metadata(tree: Any, link: str = "") -> PageMetadata:
    """What the page parsed as `tree`, and fetched from `link`, says of itself. The tree is left as it is."""
    from trafilatura.metadata import extract_metadata

    # What it finds by an extensive search (years in footers, dates of comments) is too often not the date.
    found = extract_metadata(tree, extensive=False)
    stated = _stated(tree)
    url = _url(tree, stated)
    window = clean_line("".join(title.itertext())) if (title := tree.find(".//title")) is not None else ""
    headings = [line for heading in tree.iter("h1") if (line := clean_line(heading.text_content()))]
    titles = [clean_line(unescape(title)) for title in values(stated, _TITLES)]
    address = canonical_url(url or link) if url or link else ""
    linked = linked_data(tree, address, [one for one in (*headings, window, *titles) if one])
    updated = first_date(values(stated, UPDATED), [linked.text("dateModified")])
    published = first_date(values(stated, PUBLISHED), [linked.text("datePublished")], dates_in_article(tree))
    if not published:
        others = [updated, *values(stated, UPDATED), *linked.dates_of_others()]
        published = checked_guess(tree, first_date([found.date or ""]), others)
    sites = [
        *values(stated, _SITES),
        *linked.names("publisher"),
        *linked.names("isPartOf"),
        found.sitename or "",
    ]
    named = [linked.text("headline"), *titles, linked.text("name")]
    named = [clean_line(unescape(one)) for one in named]
    said = " ".join(tree.xpath(_OUTSIDE_LINKS))
    return PageMetadata(
        title=choose_title(named, window, headings, sites, url or link, said)
        or clean_line(found.title or ""),
        source=clean_line(found.sitename or ""),
        authors=_authors(linked, found.author or ""),
        url=url,
        published=published,
        updated=updated,
    )


def _authors(linked: LinkedData, found: str) -> tuple[str, ...]:
    """Those of the page's own node, else those that were found, but for the authors of something else."""
    if own := [clean_line(unescape(name)) for name in linked.names("author") if not is_link(name)]:
        return tuple(dict.fromkeys(own))
    names = [name.strip() for name in found.split(";") if name.strip()]
    return tuple(name for name in names if name not in _names_of_others(linked))


def _names_of_others(linked: LinkedData) -> set[str]:
    written = {name for one in linked.others for name in LinkedData(one, ()).names("author")}
    return written if linked.own else set()


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


def _url(tree: Any, stated: dict[str, list[str]]) -> str:
    """The address that the page gives as its own, where it is a whole one."""
    return next((url for candidate in _addresses(tree, stated) if (url := shown_url(candidate))), "")


def _addresses(tree: Any, stated: dict[str, list[str]]) -> Iterator[str]:
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            yield element.get("href") or ""
    yield from stated.get("og:url", ())
