"""E-books (EPUB): the chapters in their reading order, as one article."""

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from index.errors import DocumentError
from index.types import Article
from ingest.dates import parse_date
from ingest.documents import Document
from ingest.formats.archives import checked_zip
from ingest.formats.article_fields import build_article, title_from_name
from ingest.formats.article_id import basis
from ingest.formats.html_text import text_of

_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_MOST = 20_000_000


def articles(document: Document) -> Iterator[Article]:
    """The one article of an e-book. DocumentError where it is locked, damaged or without text."""
    from lxml import etree

    try:
        with document.open() as file, checked_zip(file) as archive:
            if "META-INF/rights.xml" in archive.namelist():
                msg = "it is locked by its seller; save its text and name that file"
                raise DocumentError(msg)
            container = _xml(archive, "META-INF/container.xml")
            place = container.xpath("string(//*[local-name()='rootfile']/@full-path)")
            package = _xml(archive, place)
            chapters = [text_of(_xml(archive, name)) for name in _spine(package, place)]
    except (BadZipFile, KeyError, etree.XMLSyntaxError, OSError, ValueError) as error:
        msg = "it is damaged, or no e-book (.epub); save its text and name that file"
        raise DocumentError(msg) from error
    fields = {
        "title": _stated(package, "title") or title_from_name(document.link or document.origin),
        "authors": [name.text for name in package.iter(f"{_DUBLIN}creator") if name.text],
        "source": _stated(package, "publisher"),
        "published": _day(_stated(package, "date")),
        "url": document.link,
    }
    yield build_article(fields, "\n\n".join(chapters), basis=basis(document))


def _spine(package: Any, place: str) -> Iterator[str]:
    """The names of the chapters' files."""
    items = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        if href := items.get(reference.get("idref")):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(href)))


def _xml(archive: ZipFile, name: str) -> Any:
    from lxml import etree

    with archive.open(name) as member:
        data = member.read(_MOST + 1)
    if len(data) > _MOST:
        msg = "one of its chapters is larger than 20 MB; save its text and name that file"
        raise DocumentError(msg)
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))


def _stated(package: Any, name: str) -> str:
    return next((one.text for one in package.iter(f"{_DUBLIN}{name}") if one.text), "")


def _day(written: str) -> str:
    try:
        return parse_date(written)
    except ValueError:
        return ""
