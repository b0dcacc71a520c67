"""Rows of articles in columns, for a window of any width; whole lines where there is none."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from unicodedata import combining, east_asian_width

from bot.terminal.plain_lines import clean, say
from index.types import Article, Status

_GAP = "  "
# A column in the middle gets no wider; the last one takes what is left, and goes on in lines of its own.
_WIDEST = 28
_LEAST_FOR_LAST = 20

_CELLS: Mapping[str, Callable[[Article], str]] = {
    "date": lambda one: _dated(one),
    "id": lambda one: one.id,
    "outlet": lambda one: one.source,
    "status": lambda one: one.status.value,
    "language": lambda one: one.language,
    "length": lambda one: f"{len(one.text):,}",
    "authors": lambda one: ", ".join(one.authors),
    "url": lambda one: one.url,
    "title": lambda one: _titled(one),
}
COLUMNS = tuple(_CELLS)
USUAL = ("date", "id", "outlet", "title")


def cells(article: Article, columns: Sequence[str], short: Mapping[str, str]) -> list[str]:
    """What the columns say of an article, each on one line; `short` are ids as they are shown."""
    said = {"id": short.get(article.id, article.id)}
    return [" ".join(clean(said.get(name) or _CELLS[name](article)).split()) for name in columns]


def show_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells below each other."""
    if not sys.stdout.isatty():
        for row in rows:
            say(_GAP.join(row))
        return
    widths = [min(_WIDEST, max(map(_width, column))) for column in zip(*rows, strict=True)][:-1]
    indent = sum(widths) + len(_GAP) * len(widths)
    room = max(_LEAST_FOR_LAST, shutil.get_terminal_size().columns - indent)
    for row in rows:
        begins = [_fitted(cell, width) for cell, width in zip(row, widths, strict=False)]
        first, *more = textwrap.wrap(row[-1], room) or [""]
        say(_GAP.join([*begins, first]))
        for line in more:
            say(f"{' ' * indent}{line}")


def table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> str:
    """The rows as a table in Markdown."""
    from bot.citing.markdown import literal

    lines = [columns, ["---"] * len(columns), *([literal(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _dated(article: Article) -> str:
    published, updated = article.published[:10], article.updated[:10]
    return f"updated {updated}" if updated > published else published or "undated"


def _titled(article: Article) -> str:
    change = article.reference.change if article.status is not Status.CURRENT else ""
    return f"{article.title or '(untitled)'}{f' ({change})' if change else ''}"


def _fitted(cell: str, width: int) -> str:
    while _width(cell) > width:
        cell = f"{cell[:-2]}…"
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)
