"""E-books (EPUB): the chapters in their reading order, as one article."""

import posixpath
import re
import zlib
from collections.abc import Iterator
from html.entities import html5
from typing import Any
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from index.errors import DocumentError
from index.types import Article
from ingest.dates import parse_date
from ingest.documents import Document, Notice, listed
from ingest.formats.archives import checked_zip
from ingest.formats.article_fields import build_article, title_from_name
from ingest.formats.article_id import basis
from ingest.formats.html_text import text_of

_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_MOST = 20_000_000
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DAMAGED = (BadZipFile, KeyError, SyntaxError, OSError, ValueError, zlib.error, EOFError, NotImplementedError)


def articles(document: Document) -> Iterator[Article | Notice]:
    """The one article of an e-book. DocumentError where it is locked, damaged or without text.

    A chapter that is missing or cannot be read is named in a Notice.
    """
    chapters: list[str] = []
    lost: list[str] = []
    try:
        with document.open() as file, checked_zip(file) as archive:
            if "META-INF/rights.xml" in archive.namelist():
                msg = "it is locked by its seller; save its text and name that file"
                raise DocumentError(msg)
            container = _xml(archive, "META-INF/container.xml")
            place = container.xpath("string(//*[local-name()='rootfile']/@full-path)")
            package = _xml(archive, place)
            for name in _spine(package, place):
                try:
                    chapters.append(text_of(_xml(archive, name)))
                except _DAMAGED:
                    lost.append(name)
    except _DAMAGED as error:
        msg = "it is damaged, or no e-book (.epub); save its text and name that file"
        raise DocumentError(msg) from error
    if lost:
        yield Notice(document.origin, f"chapters that are missing or damaged are left out: {listed(lost)}")
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
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    tree = etree.fromstring(_ENTITY.sub(_numbered, data), parser)
    if tree is None:
        msg = "there is no element in it"
        raise ValueError(msg)
    return tree


def _numbered(entity: re.Match[bytes]) -> bytes:
    """An entity of HTML as the numbers of its characters, which XML knows without a definition."""
    name = entity[1].decode("ascii")
    characters = "" if name in _OF_XML else html5.get(f"{name};", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode() or entity[0]


def _stated(package: Any, name: str) -> str:
    return next((one.text for one in package.iter(f"{_DUBLIN}{name}") if one.text), "")


def _day(written: str) -> str:
    try:
        return parse_date(written)
    except ValueError:
        return ""
