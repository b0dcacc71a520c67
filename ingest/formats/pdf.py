"""PDF files: the text of their pages, and what the file says of itself."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.article_fields import MAX_CHARACTERS, build_article, title_from_name
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_line, clean_text

_MOST_PAGES = 2_000
# Programs put the file's name where the title should be.
_NO_TITLE = re.compile(
    r"^(untitled|microsoft word - .*|.*\.(docx?|pdf|indd|tex|odt|pages|qxd)|\W*)$", re.IGNORECASE
)
_HYPHENATED = re.compile(r"(?<=[a-zà-ÿ])[-\u00ad]\n(?=[a-zà-ÿ])")
_SENTENCE_GOES_ON = re.compile(r"(?<![.!?:;”\"'’)\n])\n(?=[^\n])")


def articles(document: Document) -> Iterator[Article]:
    """The one article of a PDF. DocumentError where it is locked, damaged, or holds pictures of text only."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    data = document.read()
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            msg = "it is locked with a password; save it without one"
            raise DocumentError(msg)
        pages = list(_pages(reader))
        about = reader.metadata
    except DocumentError:
        raise
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        msg = "it is damaged, and cannot be read as a PDF; open it and save it again"
        raise DocumentError(msg) from error
    text = clean_text(_flowing(_without_running_lines(pages)))
    if not text:
        msg = "it holds no text, perhaps only pictures of pages; run it through text recognition (OCR) first"
        raise DocumentError(msg)
    title = clean_line(str(_value(about, "title") or ""))
    if _NO_TITLE.match(title):
        title = "" if document.origin == STDIN else title_from_name(document.link or document.origin)
    fields = {
        "title": title,
        "authors": clean_line(str(_value(about, "author") or "")),
        "published": _day(_value(about, "creation_date")),
        "url": document.link,
    }
    yield build_article(fields, text, basis=basis(document))


def _pages(reader: Any) -> Iterator[str]:
    if len(reader.pages) > _MOST_PAGES:
        msg = f"it has more than {_MOST_PAGES:,} pages; split it"
        raise DocumentError(msg)
    taken = 0
    for page in reader.pages:
        text = page.extract_text()
        taken += len(text)
        if taken > MAX_CHARACTERS:
            msg = (
                f"it has more than {MAX_CHARACTERS:,} characters of text, the most for one article; split it"
            )
            raise DocumentError(msg)
        yield text


def _without_running_lines(pages: list[str]) -> str:
    """The pages as one text, without the headers, footers and page numbers that repeat on most of them."""
    lined = [[line.strip() for line in page.split("\n")] for page in pages]
    edges: dict[str, int] = {}
    for lines in lined:
        for line in {_numberless(line) for line in (*lines[:2], *lines[-2:]) if line}:
            edges[line] = edges.get(line, 0) + 1
    repeated = {line for line, count in edges.items() if count > max(2, len(pages) // 2)}
    kept = []
    for lines in lined:
        last = len(lines) - 1
        body = [
            line
            for place, line in enumerate(lines)
            if not ((place < 2 or place > last - 2) and (_numberless(line) in repeated or line.isdecimal()))
        ]
        kept.append("\n".join(body))
    return "\n".join(kept)


def _numberless(line: str) -> str:
    return re.sub(r"[0-9]+", "#", line)


def _flowing(text: str) -> str:
    """Paragraphs on one line each: a PDF ends its lines where the page does, not where a sentence does."""
    text = _HYPHENATED.sub("", text)
    paragraphs = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        longest = max(len(line) for line in lines)
        flowing = [
            line
            + (
                "\n\n"
                if len(line) < longest * 0.75 and line.endswith((".", "!", "?", "”", '"', ":"))
                else "\n"
            )
            for line in lines
        ]
        paragraphs.append(_SENTENCE_GOES_ON.sub(" ", "".join(flowing)) if len(lines) > 1 else block)
    return "\n\n".join(re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", one) for one in paragraphs)


def _value(about: Any, name: str) -> Any:
    # Each is read from the file when asked for, and may be anything there.
    try:
        return getattr(about, name, None)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _day(value: object) -> str:
    return value.date().isoformat() if isinstance(value, datetime) and value.year > 1000 else ""
