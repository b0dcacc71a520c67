"""PDF files: the text of their pages, where each page begins in it, and what the file says of itself."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from index.errors import DocumentError
from index.types import Article, Page
from ingest.documents import STDIN, Document, Notice, Reading
from ingest.formats.article_fields import MAX_CHARACTERS, build_article, title_from_name, usable_title
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_line, clean_text
from ingest.formats.hyphens import hyphen_join
from ingest.formats.pdf_layout import Line, Word, ordered
from ingest.formats.pdf_text import Block, blocks_of, joined, without_running_lines
from ingest.formats.recognition import recogniser

_MOST_PAGES = 2_000
# After as many pages the time that reading may take begins anew.
_STRETCH = 20
_LINE_END = re.compile("(\r\n|\r|\n|\ufffe|\x02)")
_WORD = re.compile(r"\S+")
_DAY = re.compile(r"D:([0-9]{4})([0-9]{2})([0-9]{2})")
# Every so many letters are asked whether the file says what they are.
_SAMPLED = 25


@dataclass(frozen=True, slots=True)
class _PageLines:
    lines: list[Line]
    recognised: bool = False


def articles(document: Document) -> Iterator[Article | Notice | Reading]:
    """The one article of a PDF. DocumentError where it is locked, damaged, or holds pictures of text only.

    Pages without text are read by text recognition where that is installed, else named in a Notice.
    """
    import pypdfium2

    data = document.read()
    pages: list[_PageLines] = []
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        msg = "it is damaged, and cannot be read as a PDF; open it and save it again"
        if "password" in str(error).lower():
            msg = "it is locked with a password; save it without one"
        raise DocumentError(msg) from error
    try:
        about = pdf.get_metadata_dict(skip_empty=True)
        for page in _pages(pdf):
            pages.append(page)
            if page.recognised or len(pages) % _STRETCH == 0:
                yield Reading(document.origin, len(pages), len(pdf))
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        msg = "it is damaged, and cannot be read as a PDF; open it and save it again"
        raise DocumentError(msg) from error
    finally:
        pdf.close()
    text, placed = _text(pages)
    if not text:
        msg = (
            "it holds no text, perhaps only pictures of pages; run it through text recognition (OCR) first, "
            "or install tesseract, which then does it here"
        )
        raise DocumentError(msg)
    title = usable_title(about.get("Title", ""))
    if not title and document.origin != STDIN:
        title = title_from_name(document.link or document.origin)
    fields = {
        "title": title,
        "authors": clean_line(about.get("Author", "")),
        "published": _day(about.get("CreationDate", "")),
        "url": document.link,
    }
    yield build_article(fields, text, basis=basis(document), pages=placed)
    yield from _told(document, pages, placed)


def _told(document: Document, pages: Sequence[_PageLines], placed: Sequence[Page]) -> Iterator[Notice]:
    """What a reader of the run should know: which pages hold no text, and which were recognised."""
    empty = sorted(set(range(1, len(pages) + 1)) - {page.number for page in placed})
    if empty:
        said = f"of its {len(pages):,} pages {len(empty):,} hold no text, perhaps pictures: {_ranges(empty)}"
        yield Notice(document.origin, said)
    if read := [page.number for page in placed if page.recognised]:
        said = f"text recognition (tesseract) read {len(read):,} of its pages: {_ranges(read)}"
        yield Notice(document.origin, said)


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers for people: "2–4, 9", ten ranges at most."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [f"{first}" if first == last else f"{first}–{last}" for first, last in ranges[:10]]
    return ", ".join(shown) + (" and more" if len(ranges) > 10 else "")


def _pages(pdf: Any) -> Iterator[_PageLines]:
    import pypdfium2.raw as pdfium

    if len(pdf) > _MOST_PAGES:
        msg = f"it has more than {_MOST_PAGES:,} pages; split it"
        raise DocumentError(msg)
    has_form = pdf.get_formtype() != pdfium.FORMTYPE_NONE
    taken = 0
    for number in range(len(pdf)):
        page = pdf[number]
        if has_form and pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == 1:
            # What was filled in is part of the page now, once it is opened again.
            page.close()
            page = pdf[number]
        lines = ordered(list(_lines(page)))
        recognised = False
        if not lines and _has_picture(page) and (reader := recogniser()) is not None:
            lines, recognised = ordered(reader(page)), True
        page.close()
        taken += sum(len(line.text) for line in lines)
        if taken > MAX_CHARACTERS:
            msg = f"it has more than {MAX_CHARACTERS:,} characters of text; split it"
            raise DocumentError(msg)
        yield _PageLines(lines, recognised and bool(lines))


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _lines(page: Any) -> Iterator[tuple[list[Word], bool]]:
    """The lines of a page in the order of the file, each with whether it ends with a hyphen.

    None where the file does not say what most of its letters are.
    """
    import pypdfium2.raw as pdfium

    handle = page.get_textpage()
    try:
        text = handle.get_text_range()
        sample = range(0, len(text), _SAMPLED)
        unknown = sum(pdfium.FPDFText_HasUnicodeMapError(handle.raw, place) == 1 for place in sample)
        if unknown * 2 > len(sample):
            return
        box = _Boxes(handle.raw, pdfium)
        start = 0
        parts = _LINE_END.split(text)
        for line, end in zip(parts[::2], [*parts[1::2], ""], strict=True):
            words = [box.word(found, start) for found in _WORD.finditer(line)]
            if words:
                yield words, end in ("\ufffe", "\x02") or line.endswith("\u00ad")
            start += len(line) + len(end)
    finally:
        handle.close()


class _Boxes:
    """Where letters stand, asked of PDFium. A call for each costs more than all else, so two a word do.

    The boxes are as high as the font, not as the letter, so that all of a line are alike.
    """

    def __init__(self, handle: Any, pdfium: Any) -> None:
        self._handle, self._ask = handle, pdfium.FPDFText_GetLooseCharBox
        self._box = pdfium.FS_RECTF()
        self._ref = ctypes.byref(self._box)

    def word(self, found: re.Match[str], start: int) -> Word:
        box = self._box
        self._ask(self._handle, start + found.start(), self._ref)
        left, bottom, top = box.left, box.bottom, box.top
        if found.end() - found.start() > 1:
            self._ask(self._handle, start + found.end() - 1, self._ref)
        return Word(found[0], left, bottom, box.right, top)


def _text(pages: Sequence[_PageLines]) -> tuple[str, list[Page]]:
    """The text of the pages, and where each that has some begins in it."""
    import py3langid

    kept = without_running_lines([page.lines for page in pages])
    ends = [
        (before.text.rpartition(" ")[2], line.text.partition(" ")[0])
        for lines in kept
        for before, line in pairwise(lines)
        if before.hyphenated
    ]
    plain = [line.text for lines in kept for line in lines]
    language = py3langid.classify(" ".join(plain)[:5_000])[0] if ends else ""
    join = hyphen_join(plain, ends, language) if ends else _plainly
    text, last = "", Block("")
    placed: list[Page] = []
    for number, (page, lines) in enumerate(zip(pages, kept, strict=True), 1):
        blocks = [Block(clean_text(one.text), one.open, one.hyphenated) for one in blocks_of(lines, join)]
        blocks = [block for block in blocks if block.text]
        if not blocks:
            continue
        if last.open and blocks[0].text[:1].islower():
            start = len(text.rpartition(" ")[0]) + 1 if last.hyphenated else len(text) + 1
            text = joined(text, blocks[0].text, last.hyphenated, join)
        else:
            text += "\n\n" if text else ""
            start = len(text)
            text += blocks[0].text
        text = "\n\n".join([text, *(block.text for block in blocks[1:])])
        placed.append(Page(number, start, page.recognised))
        last = blocks[-1]
    return text, placed


def _plainly(first: str, last: str) -> str:
    return first + last


def _day(written: str) -> str:
    found = _DAY.match(written)
    if found is None or found[1] < "1000":
        return ""
    from datetime import date

    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""
