"""Whether the first row of a table holds the headings of its columns, told by its structure alone.

What stands below a heading is of one kind (prices, days, names), and the heading is not: so each column is
looked at by the kinds of its cells. Where all cells are words, a first row counts as headings unless
something speaks against that, since tables nearly always have them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto

from index.dates import MONTH_NUMBERS, WEEKDAYS

Row = Sequence[str]

_LONGEST = 80
_MOST_ROWS = 200
# "Price incl. VAT." is no sentence.
_MOST_WORDS = 3
# Of the cells of a column, so many are of its kind.
_MOSTLY = 0.6
# An amount, with its currency, sign and unit: "£4.50", "(1,200)", "-3 %", "12,5 kg".
_AMOUNT = re.compile(
    r"[^\w(+-]{0,3}\s?[(+-]?[^\w]{0,2}\d[\d.,'’ ]*\)?\s?(?:%|[^\W\d_]{1,4}\.?|[^\w\s]{1,2})?\)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAYS = {*MONTH_NUMBERS, *(day[:most].casefold() for day in WEEKDAYS for most in (3, 20))}
# What is written to somebody is no heading: an address, a link.
_ADDRESS = re.compile(r"\S@\S|://")
_ENDED = re.compile(r"[.!?;][\"'”’)\]]*$")


class Kind(Enum):
    """What a cell holds: an amount, a day or month by its name, something else with digits, or words."""

    AMOUNT = auto()
    DAY = auto()
    DIGITS = auto()
    WORDS = auto()


class Found(Enum):
    """How sure it is that a first row holds headings: its columns show it, nothing speaks against it, no."""

    SURE = auto()
    LIKELY = auto()
    NO = auto()


def headings(first: Row, body: Sequence[Row]) -> Found:
    """Whether `first` holds the headings of the rows in `body`, aligned by column."""
    cells = [cell for cell in first if cell]
    if not body or any(_is_no_heading(cell) for cell in cells):
        return Found.NO
    columns = [place for place, cell in enumerate(first) if cell]
    if columns and _vote(first[columns[0]], _column(body, columns[0])) < 0:
        # What the rows are called by is of one kind: "Monday" is no heading of "Tuesday" and "Wednesday".
        return Found.NO
    balance = sum(_vote(first[place], _column(body, place)) for place in columns)
    # Days above names, as in a roster; one alone may be what is known of a first thing.
    dated = [place for place in columns if kind_of(first[place]) is not Kind.WORDS]
    if len(dated) > 1 and all(_are_words(_column(body, place)) for place in dated):
        balance += len(dated)
    if balance:
        return Found.SURE if balance > 0 else Found.NO
    said = Counter(cell.casefold() for cell in cells)
    again = any(first[place].casefold() in map(str.casefold, _column(body, place)) for place in columns)
    whole = all(cell for cell in first[1:]) and max(said.values()) == 1
    plain = all(kind_of(cell) is Kind.WORDS or _YEAR.fullmatch(cell) for cell in cells)
    return Found.LIKELY if whole and plain and not again else Found.NO


def kind_of(cell: str) -> Kind:
    """What a cell holds."""
    if _AMOUNT.fullmatch(cell):
        return Kind.AMOUNT
    if cell.casefold().rstrip(".") in _DAYS:
        return Kind.DAY
    return Kind.DIGITS if any(map(str.isdigit, cell)) else Kind.WORDS


def _is_no_heading(cell: str) -> bool:
    sentence = len(cell.split()) > _MOST_WORDS and _ENDED.search(cell)
    return len(cell) > _LONGEST or bool(_ADDRESS.search(cell) or sentence)


def _column(body: Sequence[Row], place: int) -> list[str]:
    return [row[place] for row in body[:_MOST_ROWS] if place < len(row) and row[place]]


def _are_words(column: Sequence[str]) -> bool:
    return sum(kind_of(cell) is Kind.WORDS for cell in column) > _MOSTLY * len(column)


def _vote(head: str, column: Sequence[str]) -> int:
    """1 where a column shows that `head` is its heading, -1 where it shows that it is not, else 0."""
    if not column:
        return 0
    kinds = Counter(map(kind_of, column))
    kind, count = kinds.most_common(1)[0]
    if count < _MOSTLY * len(column):
        return 0
    own = kind_of(head)
    if kind is Kind.WORDS:
        return 0
    if own is kind:
        # A year above amounts is a heading as any other.
        years = sum(bool(_YEAR.fullmatch(cell)) for cell in column)
        return 1 if _YEAR.fullmatch(head) and 2 * years < len(column) else -1
    return 1 if own is Kind.WORDS or kind is Kind.AMOUNT else 0
