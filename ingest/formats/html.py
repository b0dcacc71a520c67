"""Web pages that were saved: the article in one, without what surrounds it."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.article_fields import build_article, title_from_name, without_title
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_line, clean_text
from ingest.formats.corrections import split_corrections
from ingest.formats.html_hidden import drop_hidden
from ingest.formats.html_metadata import PageMetadata, page_metadata
from ingest.formats.html_text import text_of
from ingest.formats.text_encoding import decode
from ingest.urls import own_address

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SHORT = 250
_MOSTLY = 0.8
_FEW_LINKS = 0.5
_SHORT_PAGE = 1_000


def articles(document: Document) -> Iterator[Article]:
    """The one article of a page, with what the page says of it. DocumentError where no text is found."""
    markup = _XML_DECLARATION.sub("", decode(document.read(), markup=True, stated=document.charset))
    try:
        metadata, text = _read(markup)
    except DocumentError:
        raise
    # Parsers fail in ways of their own on pages made to break them; it is this page that is broken.
    except Exception as error:
        msg = f"it cannot be read as a page ({type(error).__name__}); save it again, or save its text"
        raise DocumentError(msg) from error
    if not text:
        msg = "no article was found in the page; save its text as a .txt or .md file"
        raise DocumentError(msg)
    stated = document.stated
    title = metadata.title if "entry" not in stated else ""
    title = title or stated.get("title", "")
    if not title and document.origin != STDIN:
        title = title_from_name(document.link or document.origin)
    text, status, note = split_corrections(clean_text(text))
    fields: dict[str, object] = {
        "title": title,
        "source": metadata.source or stated.get("source", ""),
        "authors": list(metadata.authors) or stated.get("authors", ""),
        "url": own_address(metadata.url, document.link),
        "published": metadata.published or stated.get("published", ""),
        "status": status.value,
        "note": note,
        "updated": metadata.updated or stated.get("updated", ""),
    }
    yield build_article(fields, without_title(text, title), basis=basis(document))


def _read(markup: str) -> tuple[PageMetadata, str]:
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    # It warns of every odd page, on the terminal; what matters is said in the Failure.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    tree = load_html(markup)
    if tree is None:
        msg = "it is not an HTML page; save the page again, or save its text"
        raise DocumentError(msg)
    metadata = page_metadata(tree)
    drop_hidden(tree)
    of_links = _share_of_links(tree)
    found = bare_extraction(tree, include_comments=False)
    text = "" if found is None else _rendered(found.body)
    if not text and of_links < _FEW_LINKS and len(whole := text_of(tree)) <= _SHORT_PAGE:
        # So little that there is nothing around an article: all of it is.
        return metadata, whole
    # Where there is no article, trafilatura may give the words of the menus.
    return metadata, "" if len(text) < _SHORT and of_links > _MOSTLY else text


def _share_of_links(tree: Any) -> float:
    """How much of the words of a page are in links outside paragraphs, from 0 to 1."""
    words = sum(len(text.strip()) for text in tree.xpath("//body//text()[not(ancestor::script)]"))
    links = sum(len(text.strip()) for text in tree.xpath("//body//a//text()[not(ancestor::p)]"))
    return links / max(1, words)


def _rendered(body: Any) -> str:
    return "\n\n".join(text for child in body if (text := _block(child)))


def _block(element: Any) -> str:
    match element.tag:
        case "list":
            return _list(element)
        case "table":
            return _table(element)
        case "quote" if len(element):
            return _mixed(element)
        case "code":
            return "".join(element.itertext()).strip("\n")
        case "head":
            return clean_line("".join(element.itertext()))
    return _mixed(element)


_BLOCKS = frozenset({"p", "list", "table", "quote", "head", "code"})


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
    lines = []
    place = 0
    for item in element:
        place += item.tag == "item"
        marker = f"{place}. " if ordered else "- "
        if text := re.sub("\n{2,}", "\n", _mixed(item)):
            lines.append(marker + text.replace("\n", "\n" + " " * len(marker)))
    return "\n".join(lines)


def _table(table: Any) -> str:
    """A line for each row; the blocks of the cells one after another where the table only lays out a page."""
    if any(len(cell.xpath("./p|./head|./list")) > 1 for cell in table.iter("cell")):
        return "\n\n".join(text for cell in table.iter("cell") if (text := _mixed(cell)))
    rows = [
        [" ".join(" ".join(cell.itertext()).split()) for cell in row.iter("cell")]
        for row in table.iter("row")
    ]
    return "\n".join(" | ".join(cells) for cells in rows if any(cells))
