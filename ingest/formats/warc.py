"""Web archives (WARC): the pages in them, the latest of each address."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from index.errors import DocumentError
from ingest.documents import Document, Failure, Format

_KINDS = {"text/html": Format.HTML, "application/xhtml+xml": Format.HTML, "application/pdf": Format.PDF}


def members(document: Document) -> Iterator[Document | Failure]:
    """Each page or PDF that was archived, as a document. DocumentError where the archive is damaged."""
    last = {uri: number for number, uri, _ in _pages(document)}
    if not last:
        msg = "no page is in it; name an archive of responses (.warc)"
        raise DocumentError(msg)
    for number, uri, record in _pages(document):
        if last[uri] != number:
            continue
        kind, _, rest = (record.http_headers.get_header("Content-Type") or "").partition(";")
        data = record.content_stream().read(document.max_bytes + 1)
        yield replace(
            document,
            origin=f"{document.origin}/{uri}",
            format=_KINDS[kind.strip().lower()],
            content=data,
            link=uri,
            charset=rest.partition("charset=")[2].strip(" \"'").lower(),
            stated={},
        )


def _pages(document: Document) -> Iterator[tuple[int, str, Any]]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with document.open() as file:
            for number, record in enumerate(ArchiveIterator(file)):
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                kind = (
                    (record.http_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
                )
                uri = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
                if record.http_headers.get_statuscode() == "200" and kind in _KINDS and uri:
                    yield number, uri, record
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        msg = "it is damaged, or no web archive (.warc); save its pages and name those"
        raise DocumentError(msg) from error
