"""Where the sentences of a text are.

sentencex finds the ends of sentences inside a paragraph. What a paragraph is, is decided here, since a quote
must not run from a heading or a list item into what follows; so are a few ends that sentencex sees and a
reader does not ("9 a.m. | EST", "Dr. | No").
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

WINDOW = 20_000
"""Characters handed to sentencex at once: on some texts its time grows with the square of their length."""

_MARGIN = 2_000

_WRAPPED_WIDTH = 40
_WIDEST_WRAP = 200

_HEADING = re.compile(r"\s*#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+•·▪◦‣●○]|\(?[0-9]{1,3}[.)])\s")
_NUMBER = re.compile(r"\(?[0-9]{1,3}[.)]")
_LONGEST_NUMBER = 5
_ROW = re.compile(r".* \| ")
# Up to so many characters the cells of a row stay together: each alone does not say what it is of.
_LONGEST_ROW = 400

_TIME_OF_DAY = re.compile(r"\b[ap]\.\s?m\.$", re.IGNORECASE)
_AFTER_TIME = re.compile(
    r"(?:(?:[ECMP][SD]?T|AK[SD]T|HST|GMT|UTC|BST|IST|JST|KST|CES?T|EES?T|WES?T|MSK|SGT|HKT|A[CEW][SD]T|NZ[SD]T)\b"
    r"|(?:Eastern|Central|Mountain|Pacific|Greenwich|local)\b"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
)
_HONORIFIC = re.compile(
    r"(?:^|[\s(“\"‘'])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Hon|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Cmdr|Adm|Maj|Sec|Supt|Insp)\.$"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of `text`, in order, counted in code points.

    Spans do not overlap and have no white space at their ends; together they hold every character that is
    not white space. None crosses a blank line, a heading or the edge of a list item. Time grows with the
    length of the text, whatever is in it.
    """
    found: list[tuple[int, int]] = []
    for start, end, tabular in _blocks(text):
        whole = tabular and end - start <= _LONGEST_ROW and _ROW.match(text, start, end)
        found += _trimmed(text, [(start, end)]) if whole else _within(text, start, end)
    return found


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of lines that read on, and whether among rows: paragraphs, headings, list items, rows."""
    start, end = 0, 0
    for lines in _paragraphs(text):
        # One line with a bar in it is no table.
        tabular = sum(bool(_ROW.match(text, *line)) for line in lines) > 1
        width = max(last - first for first, last in lines)
        start, end = lines[0]
        for (first, last), (next_first, next_last) in pairwise(lines):
            if not _reads_on(text[first:last], text[next_first:next_last], width):
                yield start, end, tabular
                start = next_first
            end = next_last
        yield start, end, tabular


def _paragraphs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Spans of the lines of each run of lines that are not blank."""
    lines: list[tuple[int, int]] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            lines.append((start, end))
        elif lines:
            yield lines
            lines = []
        start = end + 1
    if lines:
        yield lines


def _reads_on(line: str, following: str, width: int) -> bool:
    """Whether a line break is only where the line was full, `width` being the longest line around.

    That is so where the next line starts in lower case, or where its first word would not have fitted.
    """
    if _HEADING.match(line) or _HEADING.match(following) or _ITEM.match(following):
        return False
    if _ROW.match(line) or _ROW.match(following):
        return False
    first_word = following.split(maxsplit=1)[0]
    if first_word[0].islower():
        return True
    return len(line) >= _WRAPPED_WIDTH and width <= _WIDEST_WRAP and len(line) + 1 + len(first_word) > width


def _within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one block."""
    pending: tuple[int, int] | None = None
    for first, last in _trimmed(text, _cuts(text, start, end)):
        if pending is not None and not _goes_on(text, pending, (first, last)):
            yield pending
            pending = None
        pending = (first, last) if pending is None else (pending[0], last)
    if pending is not None:
        yield pending


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans that together are text[start:end], cut where sentencex sees a sentence end.

    A block longer than the window goes through it piece by piece. What is near the end of a piece is read
    again with the next one, since a sentence or a quotation that is cut off there misleads sentencex.
    """
    from sentencex import get_sentence_boundaries

    while start < end:
        window = text[start : min(end, start + WINDOW)]
        cuts = sorted({start + b["start_index"] for b in get_sentence_boundaries("en", window)} - {start})
        after = end
        if start + len(window) < end:
            sure = [cut for cut in cuts if cut <= start + len(window) - _MARGIN]
            after = (sure or cuts or [start + _last_gap(window)])[-1]
            cuts = [cut for cut in cuts if cut < after]
        yield from zip([start, *cuts], [*cuts, after], strict=True)
        start = after


def _last_gap(window: str) -> int:
    """The end of the last white space in a window, or its whole length where there is none."""
    head = window.rstrip()
    if len(head) < len(window):
        return len(window)
    gap = max(window.rfind(" "), window.rfind("\n"), window.rfind("\t"))
    return gap + 1 if gap > 0 else len(window)


def _trimmed(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        piece = text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first < last:
            yield first, last


def _goes_on(text: str, sentence: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether what sentencex took for the end of a sentence is an abbreviation's or a list number's."""
    if sentence[1] - sentence[0] <= _LONGEST_NUMBER and _NUMBER.fullmatch(text[sentence[0] : sentence[1]]):
        return True
    tail = text[max(sentence[0], sentence[1] - 12) : sentence[1]]
    if _TIME_OF_DAY.search(tail):
        return _AFTER_TIME.match(text[following[0] : following[0] + 12]) is not None
    return _HONORIFIC.search(tail) is not None and text[following[0]].isupper()
