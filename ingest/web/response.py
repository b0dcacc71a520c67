"""What came for a link, as a document in its format."""

from urllib.parse import urlsplit

from index.errors import FetchError
from ingest.documents import Document, Format
from ingest.formats.detect import sniff_format
from ingest.web.fetcher import Fetched

_KINDS = {
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/markdown": Format.MARKDOWN,
    "text/x-markdown": Format.MARKDOWN,
    "application/json": Format.JSON,
    "application/x-ndjson": Format.JSON_LINES,
    "application/jsonl": Format.JSON_LINES,
    "text/csv": Format.CSV,
    "text/tab-separated-values": Format.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "application/pdf": Format.PDF,
    "application/x-pdf": Format.PDF,
}
# Kinds that sites state of whatever they do not know better.
_VAGUE = {"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml"}


def to_document(fetched: Fetched, url: str, root: str) -> Document:
    """What came for `url`, in its format. FetchError where it is none that articles are in."""
    form = format_of(fetched)
    if not fetched.body.strip():
        msg = "the site sent an empty page; check the link in a browser"
        raise FetchError(msg)
    return Document(
        url,
        root,
        form,
        content=fetched.body,
        link=fetched.url,
        charset=fetched.charset,
        moved=bool(fetched.moved),
    )


def format_of(fetched: Fetched) -> Format:
    """The format of an answer: what the site says, the address where it is vague, else how it looks."""
    if fetched.body.startswith(b"%PDF-"):
        return Format.PDF
    if fetched.kind in _KINDS:
        return _KINDS[fetched.kind]
    if fetched.kind in _VAGUE:
        return Format.of(urlsplit(fetched.url).path) or sniff_format(fetched.body)
    msg = f"it is {fetched.kind[:60]}, and no article; use the link of a page, a PDF or a text"
    raise FetchError(msg)
