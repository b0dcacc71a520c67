"""The article that trafilatura found in a page, as text, in the form that `ingest.formats` describes."""

import re
from typing import Any

from ingest.formats.clean_text import clean_line
from ingest.formats.html_structure import UNSEEN

_BLOCKS = frozenset({"p", "list", "table", "quote", "head", "code"})


def text_of_article(body: Any) -> str:
    """The text of trafilatura's body, whole: also what stands between its blocks."""
    return _mixed(body)


def _block(element: Any) -> str:
    match element.tag:
        case "list":
            return _list(element)
        case "table":
            return _table(element)
        case "code":
            return "".join(element.itertext()).strip("\n")
        case "head":
            return clean_line("".join(element.itertext()))
    return _mixed(element)


def _mixed(element: Any) -> str:
    """The text of an element that may hold both words and blocks."""
    blocks: list[str] = []
    words: list[str] = [element.text or ""]

    def finish() -> None:
        lines = [" ".join(line.split()) for line in "".join(words).split("\v")]
        if text := "\n".join(line for line in lines if line):
            blocks.append(text)
        words.clear()

    for child in element:
        in_line = element.tag == "p" and child.tag in ("quote", "code")
        if child.tag == "lb":
            words.append("\v")
        elif child.tag in _BLOCKS and not in_line:
            finish()
            if block := _block(child):
                blocks.append(block)
        else:
            text = "".join(child.itertext())
            words.append(f"“{text}”" if child.tag == "quote" and text.strip() else text)
        words.append(child.tail or "")
    finish()
    return "\n\n".join(blocks)


def _list(element: Any) -> str:
    ordered = element.get("rend") == "ol"
    lines = [" ".join((element.text or "").split())]
    place = 0
    for item in element:
        said = "".join(item.itertext()).lstrip()
        place = len(said) - len(said.lstrip(UNSEEN)) or place + (item.tag == "item")
        marker = f"{place}. " if ordered else "- "
        text = re.sub("\n{2,}", "\n", _mixed(item) if item.tag == "item" else _block(item))
        if text:
            lines.append(marker + text.replace("\n", "\n" + " " * len(marker)))
        lines.append(" ".join((item.tail or "").split()))
    return "\n".join(line for line in lines if line)


def _table(table: Any) -> str:
    """A line for each row; the blocks of the cells one after another where the table only lays out a page."""
    if any(len(cell.xpath("./p|./head|./list|./table")) > 1 for cell in table.iter("cell")):
        return "\n\n".join(text for cell in table.xpath("./row/cell|./cell") if (text := _mixed(cell)))
    rows = [[_cell(cell) for cell in row.iterchildren("cell")] for row in table.iter("row")]
    return "\n".join(" | ".join(cells).rstrip(" |") for cells in rows if any(cells))


def _cell(cell: Any) -> str:
    """The text of a cell, without that of a table in it, whose rows come by themselves."""
    inner = {text for table in cell.iter("table") for text in table.itertext()} if len(cell) else ()
    return " ".join(" ".join(text for text in cell.itertext() if text not in inner).split())
