"""Sitemaps and their indexes (sitemaps.org), and plain lists of links. Nothing is fetched here."""

import re
import zlib
from collections.abc import Iterator
from urllib.parse import urljoin

from index.errors import DocumentError
from ingest.listings.listed_page import ListedPage
from ingest.listings.xml_root import root_name
from ingest.urls import shown_url

_MOST_PLACES = 50_000
_MOST_BYTES = 52_428_800
_ROOTS = frozenset({"urlset", "sitemapindex"})
_ROOT_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:urlset|sitemapindex)\b[^>]*>")
_LOC = re.compile(rb"<(/?)(?:[\w.-]+:)?loc\s*>")
# An ampersand that begins no reference, as addresses have them that nobody escaped; not one in CDATA.
_BARE = re.compile(
    rb"(<!\[CDATA\[.*?\]\]>)|&(?!(?:#[0-9]+|#x[0-9a-f]+|amp|lt|gt|quot|apos);)", re.IGNORECASE | re.DOTALL
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def looks_like_sitemap(data: bytes) -> bool:
    """Whether bytes begin like a sitemap, packed or not."""
    head = (_unpacked(data, 8192) if data.startswith(b"\x1f\x8b") else data)[:4096].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def is_sitemap(data: bytes) -> bool:
    """Whether the first element in bytes, packed or not, is a sitemap's."""
    return root_name(_unpacked(data, 8192) if data.startswith(b"\x1f\x8b") else data) in _ROOTS


def places(data: bytes, url: str) -> Iterator[ListedPage]:
    """The pages of a sitemap, or the sitemaps of an index. DocumentError where it is neither."""
    from lxml import etree

    data = _whole(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(_escaped(data), parser)
    except etree.XMLSyntaxError as error:
        msg = "it is not a sitemap that can be read; check the link"
        raise DocumentError(msg) from error
    # Not QName, which refuses names that recovery lets through.
    name = "" if root is None else str(root.tag).rpartition("}")[2]
    if name not in _ROOTS:
        msg = "it is not a sitemap that can be read; check the link"
        raise DocumentError(msg)
    found = list(root.iterchildren("{*}url", "{*}sitemap"))[:_MOST_PLACES]
    # The last address of a sitemap that breaks off may be half of one.
    for place in found if _is_closed(data, _LOC) else found[:-1]:
        address = _address(url, (place.findtext("{*}loc") or "").strip())
        changed = (place.findtext("{*}lastmod") or "").strip()[:40]
        if address:
            yield ListedPage(
                address, f"lastmod {changed}" if changed else "", is_listing=name == "sitemapindex"
            )


def breaks_off(data: bytes) -> bool:
    """Whether a sitemap ends before its end."""
    return not _is_closed(_whole(data), _ROOT_TAG)


def _whole(data: bytes) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, _MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        msg = "it is larger than 50 MB, the most for a sitemap; split it"
        raise DocumentError(msg)
    return data


def _escaped(data: bytes) -> bytes:
    return data if data.startswith(_WIDE) else _BARE.sub(lambda found: found[1] or b"&amp;", data)


def _is_closed(data: bytes, tag: re.Pattern[bytes]) -> bool:
    """Whether the last of these elements has its end."""
    if data.startswith(_WIDE):
        data = data.decode("utf-16", "ignore").encode()
    last = None
    for last in tag.finditer(data):  # noqa: B007 (the last one is wanted)
        pass
    return last is None or last[1] == b"/" or last[0].endswith(b"/>")


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
