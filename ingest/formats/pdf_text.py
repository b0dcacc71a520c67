"""From the lines of a PDF's pages to its text: paragraphs, lists and tables, without running lines."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.formats.pdf_layout import Line, Word, unit_of

_ITEM = re.compile(r"(?:[•◦▪‣·●○■□–*-]|\(?(?:[0-9]{1,3}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_BULLET = re.compile(r"^[•◦▪‣·●○■□–*-]\s+")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_NUMBER = re.compile(r"[0-9]+")
# What printers put around a page number.
_DASHES = " -–—|"
# What joins the lines of a paragraph, the lines of a list or table, and blocks.
_SPACE, _LINE, _BLOCK = " ", "\n", "\n\n"
Join = Callable[[str, str], str]
"""How a word that a line's end divides is written: given its halves, with the hyphen or without."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table of a page; `open` where it may go on on the next page."""

    text: str
    open: bool = False
    hyphenated: bool = False


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without the headers, footers and page numbers that stand at the edges of most of them.

    What differs from page to page, but for the page's own number, is no such line: a form's values are its
    content. Nor is what ends as a sentence does.
    """
    shift = _shift(pages)
    keys = [[_key(line, number + shift) for line in page] for number, page in enumerate(pages)]
    edges = [_edges(page) for page in pages]
    counts = Counter(
        key
        for page_keys, places in zip(keys, edges, strict=True)
        for key in {page_keys[place] for place in places}
    )
    repeated = {key for key, count in counts.items() if count > max(2, len(pages) // 2)}
    return [
        [
            line
            for place, line in enumerate(page)
            if place not in edges[number]
            or not (keys[number][place] in repeated or _is_number(line, number + shift))
            or (_SENTENCE_END.search(line.text) and len(line.text.split()) > 2)
        ]
        for number, page in enumerate(pages)
    ]


def _edges(page: Sequence[Line]) -> set[int]:
    """The places of the two uppermost and the two lowest lines."""
    by_height = sorted(range(len(page)), key=lambda place: -page[place].top)
    return {*by_height[:2], *by_height[-2:]}


def _shift(pages: Sequence[Sequence[Line]]) -> int:
    """By how much printed page numbers differ from places in the file, as most numbers at edges have it.

    A line that is nothing but a number speaks twice: days and readings may count up too.
    """
    shifts: Counter[int] = Counter()
    for number, page in enumerate(pages):
        for place in _edges(page):
            for found in set(_NUMBER.findall(page[place].text)):
                if len(found) < 6:
                    shifts[int(found) - number] += 2 if page[place].text.strip(_DASHES) == found else 1
    ((shift, count),) = shifts.most_common(1) or [(1, 0)]
    return shift if count > 2 else 1


def _key(line: Line, number: int) -> str:
    return re.sub(rf"(?<![0-9]){number}(?![0-9])", "#", line.text)


def _is_number(line: Line, number: int) -> bool:
    return line.text.strip(_DASHES) == str(number)


def blocks_of(lines: Sequence[Line], join: Join) -> list[Block]:
    """The blocks of one page."""
    unit = unit_of(word for line in lines for cell in line.cells for word in cell)
    pitch = _pitch(lines, unit)
    made: list[Block] = []
    text, before, table = "", None, False
    for place, line in enumerate(lines):
        in_table = _in_table(lines, place, unit)
        words = " | ".join(line.texts) if in_table else _BULLET.sub("- ", line.text, count=1)
        if before is None:
            text = words
        else:
            between = _between(before, line, table, in_table, bool(_ITEM.match(text)), pitch, unit)
            if between == _BLOCK:
                made.append(Block(text))
                text = words
            elif between == _LINE:
                text += _LINE + words
            else:
                text = joined(text, words, before.hyphenated, join)
        before, table = line, in_table
    if before is not None:
        made.append(Block(text, not table and not _SENTENCE_END.search(text), before.hyphenated))
    return made


def joined(text: str, more: str, hyphenated: bool, join: Join) -> str:
    """Two lines of one paragraph."""
    if not hyphenated:
        return f"{text} {more}"
    before, _, first = text.rpartition(" ")
    last, space, after = more.partition(" ")
    return f"{before} {join(first.rstrip('-'), last)}{space}{after}".lstrip()


def _between(
    before: Line, line: Line, table: bool, in_table: bool, in_list: bool, pitch: float, unit: float
) -> str:
    """What stands between a line and the one before it."""
    sizes = sorted((_height(before), _height(line)))
    resized = sizes[1] > 1.25 * sizes[0]
    apart = before.bottom - line.bottom
    far = apart > 1.4 * pitch
    if table or in_table:
        return _LINE if table and in_table and apart < 2.5 * pitch else _BLOCK
    if before.hyphenated and line.text[:1].islower():
        return _SPACE
    if _ITEM.match(line.text):
        # An item of a list, unless a number happens to begin a line of a paragraph.
        runs_on = not far and not _SENTENCE_END.search(before.text) and _is_full(before, line, unit)
        if not runs_on or not line.text[:1].isdecimal():
            return _LINE if in_list and not resized and apart < 2.5 * pitch else _BLOCK
    if apart <= 0:
        # The next column: a paragraph may go on there, as it may on the next page.
        return _SPACE if line.text[:1].islower() and not _SENTENCE_END.search(before.text) else _BLOCK
    if far or resized:
        return _BLOCK
    if line.left - before.left > 0.7 * unit and _SENTENCE_END.search(before.text):
        return _BLOCK
    if line.text[:1].islower() or _is_full(before, line, unit):
        return _SPACE
    return _BLOCK


def _is_full(before: Line, line: Line, unit: float) -> bool:
    """Whether the first word of a line would not have fitted into the one before it."""
    first = line.cells[0][0]
    return before.right + first.right - first.left + 0.3 * unit > before.right_margin


def _height(line: Line) -> float:
    return max(word.top - word.bottom for cell in line.cells for word in cell)


def _pitch(lines: Sequence[Line], unit: float) -> float:
    """The usual distance between the lines of a paragraph."""
    apart = [
        distance
        for before, line in pairwise(lines)
        if 0 < (distance := before.bottom - line.bottom) < 4 * unit
    ]
    return median(apart) if apart else 1.2 * unit


def _in_table(lines: Sequence[Line], place: int, unit: float) -> bool:
    """Whether a line is a row: it has cells, and its neighbour has some that stand under or over them."""
    if len(lines[place].cells) < 2:
        return False
    near = (lines[other] for other in (place - 1, place + 1) if 0 <= other < len(lines))
    return any(_in_line(lines[place], other, unit) for other in near)


def _in_line(one: Line, other: Line, unit: float) -> bool:
    if len(other.cells) < 2:
        return False
    edges = [_edges_of(cell) for cell in other.cells]
    matched = sum(any(_aligned(_edges_of(cell), edge, unit) for edge in edges) for cell in one.cells)
    return matched >= 2 and matched * 2 > len(one.cells)


def _edges_of(cell: tuple[Word, ...]) -> tuple[float, float]:
    return cell[0].left, cell[-1].right


def _aligned(one: tuple[float, float], other: tuple[float, float], unit: float) -> bool:
    """Whether two cells begin, end or have their middles at one place."""
    ways = (one[0] - other[0], one[1] - other[1], (sum(one) - sum(other)) / 2)
    return min(map(abs, ways)) < 0.7 * unit
