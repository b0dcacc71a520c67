"""Tables as text: comma-, semicolon- or tab-separated values (RFC 4180, and what programs make of it)."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document, Notice
from ingest.formats.article_fields import title_from_name
from ingest.formats.table_article import articles_of
from ingest.formats.table_layout import Row, cell_text
from ingest.formats.text_encoding import decode

# Where two cut a table equally well, the earlier: a comma may also be that of a decimal fraction.
_DELIMITERS = "\t;,|"
_SAMPLE = 100_000
# A spreadsheet program may state the delimiter on a first line of its own.
_STATED = re.compile(r"sep=([\t;,|])\r?\n", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def articles(document: Document) -> Iterator[Article | Notice]:
    """The article of a file of values, or those of a long one; a Notice for what of it is not kept."""
    data = document.read()
    if data.startswith(_OFFICE):
        msg = "it is a workbook and no text; give it the ending .xlsx, or open it and save it as CSV"
        raise DocumentError(msg)
    text = decode(data, stated=document.charset)
    title = "" if document.origin == STDIN else title_from_name(document.link or document.origin)
    unclosed = _is_unclosed(text)
    yield from articles_of(document, title, _rows(text, quoting=not unclosed))
    if unclosed:
        yield Notice(
            document.origin, "a quotation mark in it is never closed, so all are taken for parts of the text"
        )


def _rows(text: str, *, quoting: bool) -> Iterator[Row]:
    stated = _STATED.match(text)
    body = text[stated.end() :] if stated else text
    read = _reader(body, stated[1] if stated else delimiter(body), quoting=quoting)
    for number, cells in enumerate(read, start=1):
        yield Row(number, tuple(map(cell_text, cells)))


def delimiter(text: str) -> str:
    """What stands between the cells: that which cuts most rows into the same number of them, two or more."""
    sample = text[:_SAMPLE]
    if len(text) > len(sample):
        # The last row may be cut.
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(_DELIMITERS, key=lambda one: _evenness(sample, one))


def _evenness(sample: str, separator: str) -> float:
    """The share of rows that have the most usual number of cells, where that is two or more."""
    widths = Counter(len(cells) for cells in _reader(sample, separator, quoting=True) if cells)
    wide = [count for width, count in widths.items() if width > 1]
    return max(wide, default=0) / max(1, sum(widths.values()))


def _reader(text: str, separator: str, *, quoting: bool) -> Iterator[list[str]]:
    # Without its own limit on the length of a cell: the document's is enough.
    csv.field_size_limit(1 << 30)
    if quoting:
        return csv.reader(_lines(text), delimiter=separator)
    return csv.reader(_lines(text), delimiter=separator, quoting=csv.QUOTE_NONE)


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one by one: a long text is not held twice."""
    return (found[0] for found in _LINE.finditer(text))


def _is_unclosed(text: str) -> bool:
    """Whether a quotation mark makes one cell of all that follows it."""
    try:
        for _ in csv.reader(_lines(text), delimiter=delimiter(text), strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error) or text.count('"') % 2 == 1
    return False
