"""Rows of cells as the text of articles, in the form that `ingest.formats` describes.

A sheet is more than one table: a title above it, sections in it, notes below it. A row with one cell is such
a line and becomes a paragraph; what comes below it stands under the headings again, since a row is quoted
with the first line of its block. A table without headings gets the letters of its columns, as a spreadsheet
has them: its first row is a row as any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.formats.clean_text import clean_line
from ingest.formats.table_headings import Found, headings

BAR = " | "
PART = 90_000
"""The most characters of one article of a table: of longer ones a row is read without what is above it."""

_LONGEST_CELL = 20_000
# Of the rows with one cell, where so many are followed by another such one, they are rows and no sections.
_SPARSE = 1 / 3


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, each on one line, at their columns; `number` counts from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The columns that hold something."""
        return tuple(place for place, cell in enumerate(self.cells) if cell)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, of the row with this number: a row under `header`, or a paragraph, where that is ""."""

    number: int
    text: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The text of some rows, from the first to the last, by number."""

    text: str
    first: int
    last: int


def cell_text(written: str) -> str:
    """What a cell says, on one line; a bar in it does not look like the edge of a cell."""
    line = clean_line(written, _LONGEST_CELL)
    return "|".join(piece.strip() for piece in line.split("|")) if "|" in line else line


def lines(rows: Iterable[Row]) -> Iterator[Line]:
    """The lines of a sheet, in order; empty rows say where a table ends."""
    above: _Headings | None = None
    for group in _groups(rows):
        tabular = [row for row in group if len(row.places) > 1]
        if not tabular:
            yield from _listed(group)
            continue
        first = group.index(tabular[0])
        yield from (Line(row.number, _alone(row)) for row in _distinct(group[:first]))
        last = len(group) - group[::-1].index(tabular[-1])
        body, notes = group[first:last], group[last:]
        sparse = _is_sparse(body)
        columns = sorted({place for row in (body if sparse else tabular) for place in row.places})
        for segment in [body] if sparse else _segments(body):
            if len(segment) == 1 and len(segment[0].places) < 2:
                yield Line(segment[0].number, _alone(segment[0]))
                continue
            following = [row for row in tabular if row.number > segment[0].number]
            found, segment = _headed(segment, following, above, columns)
            above = found
            yield from (Line(row.number, _line(row, found.columns), found.text) for row in segment)
        yield from (Line(row.number, _alone(row)) for row in _distinct(notes))


def parts(found: Iterable[Line], most: int = PART) -> Iterator[Part]:
    """Lines as texts of `most` characters each, or a few more: the headings stand in each block anew."""
    said: list[str] = []
    size, first = 0, 0
    before: Line | None = None
    for line in found:
        block = not line.header or before is None or before.header != line.header
        if said and size + len(line.text) > most and before is not None:
            yield Part("".join(said), first, before.number)
            said, size, block = [], 0, True
        if not said:
            first = line.number
        if said:
            said.append("\n\n" if block else "\n")
        if block and line.header:
            said.append(f"{line.header}\n")
        said.append(line.text)
        size += len(line.text) + 2 + (len(line.header) if block else 0)
        before = line
    if said and before is not None:
        yield Part("".join(said), first, before.number)


@dataclass(frozen=True, slots=True)
class _Headings:
    """The headings of a table, as a line; `cells` are "" where the table has none of its own."""

    text: str
    columns: tuple[int, ...]
    cells: tuple[str, ...] = ()


def _headed(
    segment: list[Row], following: list[Row], above: _Headings | None, columns: Sequence[int]
) -> tuple[_Headings, list[Row]]:
    """The headings of a part of a table, and its rows: its own, those above it, or letters."""
    first = segment[0]
    if above is not None and above.cells and first.cells == above.cells:
        return above, segment[1:]
    body = segment[1:] or ([] if above else following)
    wide = replace(first, cells=first.cells + ("",) * (columns[-1] + 1 - len(first.cells)))
    found = headings([wide.cells[place] for place in columns], [_picked(row, columns) for row in body])
    fits = above is not None and set(columns) <= set(above.columns)
    if above is not None and fits and found is not Found.SURE:
        return above, segment
    if found is not Found.NO:
        if both := _of_two_rows(segment, columns):
            return _Headings(_line(both, columns), tuple(columns), first.cells), segment[2:]
        return _Headings(_line(first, columns), tuple(columns), first.cells), segment[1:]
    return _Headings(BAR.join(map(_letter, columns)), tuple(columns)), segment


def _of_two_rows(segment: Sequence[Row], columns: Sequence[int]) -> Row | None:
    """Headings below headings, such as "Adult" and "Child" below "Summer", as one row; None for one row."""
    if len(segment) < 3:
        return None
    above, below = (_picked(row, columns) for row in segment[:2])
    gaps = any(said and not over for over, said in zip(above, below, strict=True))
    if not gaps or headings(below, [_picked(row, columns) for row in segment[2:]]) is not Found.SURE:
        return None
    cells = [""] * (columns[-1] + 1)
    over = ""
    for place, group, own in zip(columns, above, below, strict=True):
        # What stands above a column stands above the empty places to its right too.
        over = group or over
        cells[place] = " ".join(dict.fromkeys(filter(None, (over if own or group else "", own))))
    return Row(segment[0].number, tuple(cells))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Runs of rows between empty ones."""
    group: list[Row] = []
    for row in rows:
        if row.places:
            group.append(row)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _segments(body: Sequence[Row]) -> Iterator[list[Row]]:
    """A table cut at its rows with one cell, each of which comes by itself."""
    segment: list[Row] = []
    for row in body:
        if len(row.places) > 1:
            segment.append(row)
            continue
        if segment:
            yield segment
        segment = []
        yield [row]
    if segment:
        yield segment


def _is_sparse(body: Sequence[Row]) -> bool:
    """Whether rows with one cell are rows of which little is known, and no headings of sections."""
    alone = [place for place, row in enumerate(body) if len(row.places) < 2]
    again = sum(len(body[place + 1].places) < 2 for place in alone)
    left = min(row.places[0] for row in body)
    beside = any(body[place].places[0] > left for place in alone)
    return bool(alone) and (beside or again >= _SPARSE * len(alone))


def _listed(group: Sequence[Row]) -> Iterator[Line]:
    """Rows of one cell each: a few lines, or a list under its first."""
    if len(group) < 3:
        yield from (Line(row.number, _alone(row)) for row in _distinct(group))
        return
    yield Line(group[0].number, _alone(group[0]))
    yield Line(group[1].number, "\n".join(f"- {_alone(row)}" for row in group[1:]))


def _distinct(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows but for those that say the same as the one before, as merged cells do."""
    before: tuple[str, ...] = ()
    for row in rows:
        if row.cells != before:
            yield row
        before = row.cells


def _alone(row: Row) -> str:
    return " ".join(cell for cell in row.cells if cell)


def _picked(row: Row, columns: Sequence[int]) -> list[str]:
    return [row.cells[place] if place < len(row.cells) else "" for place in columns]


def _line(row: Row, columns: Sequence[int]) -> str:
    """A row as it is stored; one that says little has an edge of a cell all the same."""
    cells = _picked(row, columns)
    while cells and not cells[-1]:
        cells.pop()
    text = BAR.join(cells).strip()
    return text if BAR in text else f"{text} |  |"


def _letter(column: int) -> str:
    """The name of a column, counted from 0: A, B and so on to Z, then AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
