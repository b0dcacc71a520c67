"""The layout of a PDF page: from words and where they stand to lines in reading order, column by column.

Places are in points from the lower left corner, as in the file. Thresholds are in units of the page's median
height of a word, which is that of its font.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Wider than the widest space of justified text, narrower than the gutter between columns or cells.
_GAP = 1.0
# A column has at least as many lines, of as many words in the middle of them: cells of tables are shorter.
_FEWEST_LINES, _FEWEST_WORDS = 3, 3
# How many of the lines may reach over a gutter: titles, tables and pictures do.
_MOST_CROSSING = 0.3


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the box that its letters fill."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, or of one of its columns: its cells are apart by wide gaps, mostly there is one.

    The margin is that of its column's text; `hyphenated` says that its last word may go on in the next.
    """

    cells: tuple[tuple[Word, ...], ...]
    hyphenated: bool = False
    right_margin: float = 0.0

    @property
    def left(self) -> float:
        """Where its first word begins."""
        return self.cells[0][0].left

    @property
    def right(self) -> float:
        """Where its last word ends."""
        return self.cells[-1][-1].right

    @property
    def top(self) -> float:
        """Where its tallest letter ends."""
        return max(word.top for cell in self.cells for word in cell)

    @property
    def bottom(self) -> float:
        """Where its lowest letter ends."""
        return min(word.bottom for cell in self.cells for word in cell)

    @property
    def texts(self) -> list[str]:
        """The words of each cell."""
        return [" ".join(word.text for word in cell) for cell in self.cells]

    @property
    def text(self) -> str:
        """The words of all cells."""
        return " ".join(self.texts)


def unit_of(words: Iterable[Word]) -> float:
    """The median height of words; 1 where there are none."""
    return median([word.top - word.bottom for word in words] or [1.0]) or 1.0


def ordered(lines: Sequence[tuple[Sequence[Word], bool]]) -> list[Line]:
    """The lines of a page, given in the order of the file, in reading order and with their margin."""
    unit = unit_of(word for words, _ in lines for word in words)
    rows = _rows([(tuple(_cells(words, unit)), hyphenated) for words, hyphenated in lines if words], unit)
    gutters = _gutters([cell for cells, _ in rows for cell in cells], unit)
    if not gutters:
        return _with_margin([Line(cells, hyphenated) for cells, hyphenated in rows])
    return _by_column(rows, gutters)


Cell = tuple[Word, ...]
Row = tuple[tuple[Cell, ...], bool]


def _cells(words: Sequence[Word], unit: float) -> list[Cell]:
    cells: list[list[Word]] = [[words[0]]]
    for before, word in pairwise(words):
        if word.left - before.right > _GAP * unit or word.right < before.left:
            cells.append([])
        cells[-1].append(word)
    return [tuple(cell) for cell in cells]


def _rows(lines: Sequence[Row], unit: float) -> list[Row]:
    """Lines that follow one another at one height, to the right, are one: files break them at cells."""
    rows: list[Row] = []
    for cells, hyphenated in lines:
        first, before = cells[0][0], rows[-1][0][-1][-1] if rows else None
        if (
            before is not None
            and abs(first.bottom - before.bottom) < 0.4 * unit
            and first.left - before.right > _GAP * unit
        ):
            rows[-1] = ((*rows[-1][0], *cells), hyphenated)
        else:
            rows.append((cells, hyphenated))
    return rows


def _gutters(cells: Sequence[Cell], unit: float) -> list[float]:
    """Where the page is divided into columns of text: the middles of stripes that few lines reach over."""
    if len(cells) < 2 * _FEWEST_LINES:
        return []
    spans = [(cell[0].left, cell[-1].right) for cell in cells]
    found: list[float] = []
    for middle in _stripes(spans, unit):
        left = [cell for cell in cells if cell[-1].right <= middle and cell[0].left >= (found or [0.0])[-1]]
        right = [cell for cell in cells if cell[0].left >= middle]
        if _is_column(left) and _is_column(right) and _side_by_side(left, right):
            found.append(middle)
    return found


def _stripes(spans: Sequence[tuple[float, float]], unit: float) -> list[float]:
    """The middles of the upright stripes that at most a few of the spans reach into, from left to right."""
    edges = sorted([(left, 1) for left, _ in spans] + [(right, -1) for _, right in spans])
    most = _MOST_CROSSING * len(spans)
    start, over, before = edges[0][0], 0, 0
    middles = []
    for place, change in edges:
        was, over = over, over + change
        before += change == 1
        if was > most >= over:
            start = place
        elif was <= most < over and before > most and place - start > unit:
            middles.append((start + place) / 2)
    return middles


def _is_column(cells: Sequence[Cell]) -> bool:
    return len(cells) >= _FEWEST_LINES and median(len(cell) for cell in cells) >= _FEWEST_WORDS


def _side_by_side(left: Sequence[Cell], right: Sequence[Cell]) -> bool:
    top = min(max(cell[0].top for cell in side) for side in (left, right))
    bottom = max(min(cell[0].bottom for cell in side) for side in (left, right))
    return all(
        sum(bottom <= (cell[0].top + cell[0].bottom) / 2 <= top for cell in side) >= _FEWEST_LINES
        for side in (left, right)
    )


def _by_column(rows: Sequence[Row], gutters: Sequence[float]) -> list[Line]:
    """Lines column by column, between those that reach over a gutter, which stand where they are."""
    wide: list[Line] = []
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    short = [len(cells) > 1 and median(map(len, cells)) < _FEWEST_WORDS for cells, _ in rows]
    for place, (cells, hyphenated) in enumerate(rows):
        parts: dict[int, list[Cell]] = {}
        crossing = any(cell[0].left < gutter < cell[-1].right for cell in cells for gutter in gutters)
        # One such line may end a paragraph in two columns; several are a table that reaches over them.
        in_table = short[place] and ((place and short[place - 1]) or any(short[place + 1 : place + 2]))
        if crossing or in_table:
            wide.append(Line(cells, hyphenated))
            continue
        for cell in cells:
            parts.setdefault(sum(cell[0].left > gutter for gutter in gutters), []).append(cell)
        for number, own in parts.items():
            columns[number].append(Line(tuple(own), hyphenated and own[-1] is cells[-1]))
    given: list[Line] = []
    wide.sort(key=lambda line: -line.top)
    for limit in (*(line.bottom for line in wide), float("-inf")):
        for number, column in enumerate(columns):
            above = [line for line in column if line.bottom > limit]
            given.extend(_with_margin(sorted(above, key=lambda line: -line.bottom)))
            columns[number] = [line for line in column if line.bottom <= limit]
        if wide:
            given.extend(_with_margin([wide.pop(0)]))
    return given


def _with_margin(lines: Sequence[Line]) -> list[Line]:
    if not lines:
        return []
    # Tables and the running lines of a page often reach beyond its text.
    running = [line.right for line in lines if len(line.cells) == 1]
    margin = max(running or [line.right for line in lines])
    return [Line(line.cells, line.hyphenated, margin) for line in lines]
