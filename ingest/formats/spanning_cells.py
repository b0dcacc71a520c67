"""Cells that reach over several rows of a table, said again in each: a row is read and quoted by itself."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

# A longer cell is a note beside the rows, and says no more by standing in each.
LONGEST = 80
# No page may make more cells of few: further right nothing is written, and nothing is further down.
MOST_ROWS, _MOST_COLUMNS = 100, 30


@dataclass(frozen=True, slots=True)
class _Above:
    """A cell that reaches down: over `rows` more and so many columns; whether it is `said` again in each."""

    cell: Any
    rows: int
    columns: int
    said: bool


def spread_cells(tree: Any) -> None:
    """Write each short cell with a rowspan into the rows that it reaches over, at its column.

    https://html.spec.whatwg.org/multipage/tables.html#forming-a-table
    """
    spanning = [
        one for one in tree.iter() if _name(one) in ("td", "th") and _span(one, "rowspan", MOST_ROWS) > 1
    ]
    for part in dict.fromkeys(row.getparent() for one in spanning if (row := one.getparent()) is not None):
        above: dict[int, _Above] = {}
        for row in part:
            if _name(row) == "tr":
                above = dict(_spread(row, above))


def _spread(row: Any, above: dict[int, _Above]) -> Iterator[tuple[int, _Above]]:
    """Write what reaches down from `above` into a row; what reaches down from it, by column."""
    column = 0
    for cell in [*(one for one in row if _name(one) in ("td", "th")), None]:
        while one := above.get(column):
            if one.said:
                copy = deepcopy(one.cell)
                copy.tail = None
                row.insert(row.index(cell) if cell is not None else len(row), copy)
            if one.rows > 1:
                yield column, _Above(one.cell, one.rows - 1, one.columns, one.said)
            column += one.columns
        if cell is None:
            return
        columns, rows = _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", MOST_ROWS)
        if rows > 1:
            said = column < _MOST_COLUMNS and len("".join(cell.itertext()).strip()) <= LONGEST
            if said:
                del cell.attrib["rowspan"]
            yield column, _Above(cell, rows - 1, columns, said)
        column += columns


def _span(cell: Any, name: str, most: int) -> int:
    written = cell.get(name) or ""
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else 1
    return min(max(number, 1), most)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
