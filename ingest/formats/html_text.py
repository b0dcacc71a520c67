"""Markup of which all is wanted (a chapter, an e-mail, a Word document) to text, block by block.

Lists and tables take the form that `ingest.formats` describes.
"""

from collections.abc import Iterator
from typing import Any

from ingest.formats.spanning_cells import spread_cells

_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "nav", "p", "pre", "section",
        "summary", "table", "td", "th", "tr", "ul", "ol", "menu",
    )
)  # fmt: skip
_LISTS = frozenset(("ul", "ol", "menu"))
_UNREAD = frozenset(
    ("script", "style", "template", "noscript", "head", "title", "svg", "math", "iframe", "object")
)
_MOST_DEPTH = 400
# A cell that holds as much as this holds a part of a page, not a value.
_LARGE_CELL = 400
# Stands for a line break until the spaces around it are gone.
_BREAK = "\v"


def text_of(tree: Any) -> str:
    """The text that a reader sees of a parsed tree, blocks apart by blank lines; its tables are changed."""
    spread_cells(tree)
    return "\n\n".join(_blocks(tree, 0)) if _name(tree) not in _UNREAD else ""


def _name(element: Any) -> str:
    """The element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _blocks(element: Any, depth: int) -> list[str]:
    blocks: list[str] = []
    words: list[str] = []
    _fill(element, blocks, words, depth)
    _finish(blocks, words)
    return blocks


def _fill(element: Any, blocks: list[str], words: list[str], depth: int) -> None:
    """Add what an element holds to the words of the line that is being read, and to the blocks before it."""
    words.append(element.text or "")
    for child in element:
        name = _name(child)
        if name == "br":
            words.append(_BREAK)
        elif name in _BLOCKS and depth < _MOST_DEPTH:
            _finish(blocks, words)
            blocks.extend(_block(child, name, depth + 1))
        elif name and name not in _UNREAD and depth < _MOST_DEPTH:
            _fill(child, blocks, words, depth + 1)
        words.append(child.tail or "")


def _finish(blocks: list[str], words: list[str]) -> None:
    """Make the words so far a block; two line breaks in a row end one."""
    text = "".join(words)
    words.clear()
    block: list[str] = []
    for line in (*(" ".join(line.split()) for line in text.split(_BREAK)), ""):
        if line:
            block.append(line)
        elif block:
            blocks.append("\n".join(block))
            block = []


def _block(element: Any, name: str, depth: int) -> list[str]:
    if name in _LISTS:
        lines = list(_list(element, name == "ol", depth))
        return ["\n".join(lines)] if lines else []
    if name == "table":
        return _table(element, depth)
    if name == "pre":
        text = "".join(element.itertext()).strip("\n")
        return [text] if text.strip() else []
    return _blocks(element, depth)


def _list(element: Any, ordered: bool, depth: int) -> Iterator[str]:
    """A line for each item; what is in it besides stands under it, indented."""
    number = _whole(element.get("start"), 1)
    for item in element:
        name = _name(item)
        if not name or name in _UNREAD:
            continue
        marker = "- "
        if ordered and name == "li":
            number = _whole(item.get("value"), number)
            marker, number = f"{number}. ", number + 1
        # A list straight in a list belongs to the item before it.
        text = "\n".join(_block(item, name, depth + 1))
        if name in _LISTS:
            yield "  " + text.replace("\n", "\n  ")
        elif text:
            yield marker + text.replace("\n", "\n" + " " * len(marker))


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() else otherwise


def _table(table: Any, depth: int) -> list[str]:
    """A table's caption, and a line for each row; the blocks of its cells where it only lays out a page."""
    captions = [" ".join(_blocks(one, depth)) for one in table if _name(one) == "caption"]
    rows = [[cell for cell in row if _name(cell) in ("td", "th")] for row in _rows(table)]
    if _is_layout(table, rows):
        cells = [block for row in rows for cell in row for block in _blocks(cell, depth + 1)]
        return [*filter(None, captions), *cells]
    lines = [line for cells in _aligned(rows) for line in _row(cells, depth + 1)]
    return [*filter(None, captions), *(["\n".join(lines)] if lines else [])]


def _rows(table: Any) -> Iterator[Any]:
    for part in table:
        if _name(part) == "tr":
            yield part
        elif _name(part) in ("thead", "tbody", "tfoot"):
            yield from (row for row in part if _name(row) == "tr")


def _is_layout(table: Any, rows: list[list[Any]]) -> bool:
    if table.get("role") in ("presentation", "none") or all(len(row) < 2 for row in rows):
        return True
    return any(len("".join(cell.itertext())) > _LARGE_CELL and len(cell) > 1 for row in rows for cell in row)


def _aligned(rows: list[list[Any]]) -> Iterator[list[Any]]:
    """The rows with None where a cell of another row or column reaches over, so that columns line up."""
    # By column, for how many rows more a cell above reaches down.
    taken: dict[int, int] = {}
    for row in rows:
        cells: list[Any] = []
        for cell in row:
            while taken.get(len(cells)):
                taken[len(cells)] -= 1
                cells.append(None)
            width, height = _whole(cell.get("colspan"), 1), _whole(cell.get("rowspan"), 1)
            for place in range(len(cells), len(cells) + min(max(width, 1), 100)):
                taken[place] = height - 1
            cells.extend([cell, *([None] * (min(width, 100) - 1))])
        for place in range(len(cells), max(taken, default=0) + 1):
            if taken.get(place):
                taken[place] -= 1
        yield cells


def _row(cells: list[Any], depth: int) -> Iterator[str]:
    """A row as a line; the rows of a table in one of its cells come with it, and on lines of their own."""
    texts: list[str] = []
    for cell in cells:
        inner = (
            next((one for one in cell.iter() if _name(one) == "table"), None) if cell is not None else None
        )
        if inner is None or depth > _MOST_DEPTH:
            texts.append("" if cell is None else _line(cell, depth))
            continue
        lines = "\n".join(_blocks(cell, depth)).split("\n")
        texts.append(lines[0])
        if len(lines) > 1:
            yield _joined(texts)
            yield from lines[1:-1]
            texts = [lines[-1]]
    if line := _joined(texts):
        yield line


def _line(cell: Any, depth: int) -> str:
    return " ".join(" ".join(block.split()) for block in _blocks(cell, depth))


def _joined(texts: list[str]) -> str:
    while texts and not texts[-1]:
        texts = texts[:-1]
    return " | ".join(texts).strip()
