"""Web archives (WARC): the pages in them, the latest of each address.

A record that is damaged or cut off costs that record: reading goes on where the next one starts.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from index.errors import DocumentError
from ingest.documents import Document, Failure, Format

_KINDS = {"text/html": Format.HTML, "application/xhtml+xml": Format.HTML, "application/pdf": Format.PDF}
_START = re.compile(rb"\r?\n(WARC/[01]\.[0-9]+\r?\n)|(\x1f\x8b\x08)")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Page:
    """A page or PDF in an archive; `number` counts records."""

    number: int
    uri: str
    format: Format
    charset: str
    record: Any
    archive: Any


def members(document: Document) -> Iterator[Document | Failure]:
    """Each page or PDF that was archived, as a document; a Failure for each record that is damaged.

    DocumentError where there is none, or the file is no archive.
    """
    last: dict[str, int] = {}
    broken: list[Failure] = []
    for page in _pages(document):
        if isinstance(page, Failure):
            broken.append(page)
        elif _is_whole(page):
            last[page.uri] = page.number
        else:
            reason = "its record in the archive is cut off or damaged; archive the page again"
            broken.append(Failure(f"{document.origin}/{page.uri}", reason))
    if not last:
        msg = "it is damaged, or no web archive (.warc); save its pages and name those"
        if not broken:
            msg = "no page is in it; name an archive of responses (.warc)"
        raise DocumentError(msg)
    for page in _pages(document):
        if isinstance(page, _Page) and last.get(page.uri) == page.number:
            yield replace(
                document,
                origin=f"{document.origin}/{page.uri}",
                format=page.format,
                content=page.record.content_stream().read(document.max_bytes + 1),
                link=page.uri,
                charset=page.charset,
                stated={},
            )
    yield from broken


def _pages(document: Document) -> Iterator[_Page | Failure]:
    with document.open() as file:
        for number, (record, archive) in enumerate(_records(file)):
            if record is None:
                reason = f"its record {number + 1} is damaged, and was left out; archive its page again"
                yield Failure(document.origin, reason, f"record {number + 1}")
            elif (page := _page(number, record, archive)) is not None:
                yield page


def _page(number: int, record: Any, archive: Any) -> _Page | None:
    """The page in a record; None where there is none, as in requests, redirects and pictures."""
    headers = record.http_headers
    if record.rec_type == "resource":
        headers = record.rec_headers
    elif record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return None
    kind, _, rest = (headers.get_header("Content-Type") or "").partition(";")
    form = _KINDS.get(kind.strip().lower())
    uri = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    charset = rest.partition("charset=")[2].strip(" \"'").lower()
    return _Page(number, uri, form, charset, record, archive) if form and uri else None


def _is_whole(page: _Page) -> bool:
    """Whether as many bytes are there as the record says, and a new line after them."""
    stream, odd_before = page.record.raw_stream, page.archive.err_count
    try:
        while stream.read(_BLOCK):
            pass
        page.archive.read_to_end()
    except (OSError, EOFError, zlib.error):
        return False
    # A limited reader knows how much of its limit is left.
    return not getattr(stream, "limit", 0) and page.archive.err_count == odd_before


def _records(file: BinaryIO) -> Iterator[tuple[Any, Any]]:
    """The records of an archive, each with its reader; (None, None) in the place of what cannot be read."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    start, given = 0, 0
    while start >= 0:
        file.seek(start)
        archive = ArchiveIterator(file)
        skip = given if start == 0 else 0
        try:
            for record in archive:
                start = archive.offset
                if not (record.rec_headers.get_header("Content-Length") or "").isdecimal():
                    msg = "a record without a length"
                    raise ValueError(msg)
                if skip:
                    skip -= 1
                    continue
                given += 1
                yield record, archive
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
            if "non-chunked gzip" in str(error) and not isinstance(file, gzip.GzipFile):
                # All records in one stream, instead of each in its own.
                file.seek(0)
                file, start = cast(BinaryIO, gzip.GzipFile(fileobj=file)), 0
                continue
            yield None, None
            start = _next_start(file, start)
        else:
            return


def _next_start(file: BinaryIO, after: int) -> int:
    """Where the next record after a place seems to begin, -1 where none does."""
    place = after + 1
    rest = b""
    while True:
        file.seek(place)
        block = file.read(_BLOCK)
        if not block:
            return -1
        if found := _START.search(rest + block):
            return place - len(rest) + found.start(1 if found[1] else 2)
        rest = block[-16:]
        place += len(block)
