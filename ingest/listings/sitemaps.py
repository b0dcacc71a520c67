"""Sitemaps and their indexes (sitemaps.org), and plain lists of links. Nothing is fetched here."""

import re
import zlib
from collections.abc import Iterator
from urllib.parse import urljoin

from index.errors import DocumentError
from ingest.listings.listed_page import ListedPage
from ingest.urls import shown_url

_MOST_PLACES = 50_000
_MOST_BYTES = 52_428_800


def looks_like_sitemap(data: bytes) -> bool:
    """Whether bytes begin like a sitemap, packed or not."""
    head = (_unpacked(data, 8192) if data.startswith(b"\x1f\x8b") else data)[:4096].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def places(data: bytes, url: str) -> Iterator[ListedPage]:
    """The pages of a sitemap, or the sitemaps of an index. DocumentError where it is neither."""
    from lxml import etree

    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, _MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        msg = "it is larger than 50 MB, the most for a sitemap; split it"
        raise DocumentError(msg)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        msg = "it is not a sitemap that can be read; check the link"
        raise DocumentError(msg) from error
    name = "" if root is None else etree.QName(root).localname
    if name not in ("urlset", "sitemapindex"):
        msg = "it is not a sitemap that can be read; check the link"
        raise DocumentError(msg)
    for number, place in enumerate(root.iterchildren("{*}url", "{*}sitemap")):
        if number >= _MOST_PLACES:
            return
        address = _address(url, (place.findtext("{*}loc") or "").strip())
        changed = (place.findtext("{*}lastmod") or "").strip()[:40]
        if address:
            yield ListedPage(
                address, f"lastmod {changed}" if changed else "", is_listing=name == "sitemapindex"
            )


def _address(url: str, written: str) -> str:
    """The address of a place; as it is written where that is none, so that it can be named."""
    try:
        return shown_url(urljoin(url, written)) or written
    except ValueError:
        return written


def links(text: str) -> list[str]:
    """The links of a list: the first of each line, with or without a bullet; lines with # are comments."""
    lines = (line.strip() for line in text.splitlines())
    found = (
        re.match(r"(?:[-*]\s+|[0-9]+[.)]\s+)?<?(https?://[^\s>]+)>?", line)
        for line in lines
        if line[:1] != "#"
    )
    return list(dict.fromkeys(one[1] for one in found if one))


def looks_like_list(text: str) -> bool:
    """Whether a text is a list of links and little else."""
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    return len(lines) > 1 and len(links(text)) * 10 >= len(lines) * 9


def _unpacked(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, most)
    except zlib.error:
        return b""
