"""Word documents (DOCX)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.archives import checked_zip
from ingest.formats.article_fields import build_article, title_from_name, without_title
from ingest.formats.article_id import basis


def articles(document: Document) -> Iterator[Article]:
    """The one article of a Word document: its title as stated, else its first heading of the style Title."""
    import docx
    from docx.opc.exceptions import OpcError

    data = document.read()
    try:
        checked_zip(BytesIO(data)).close()
        opened = docx.Document(BytesIO(data))
    except (BadZipFile, OpcError, KeyError, ValueError, OSError) as error:
        msg = "it is damaged, or no Word document (.docx); open it and save it again"
        raise DocumentError(msg) from error
    blocks = [(style, text) for style, text in _blocks(opened) if text]
    about = opened.core_properties
    title = (about.title or "").strip() or next((text for style, text in blocks if style == "Title"), "")
    if not title and document.origin != STDIN:
        title = title_from_name(document.link or document.origin)
    text = "\n\n".join(text for _, text in blocks)
    published = about.created
    fields = {
        "title": title,
        "authors": (about.author or "").replace("python-docx", ""),
        # A template's day is that of its making, long before.
        "published": published.date() if published and published.year > 2013 else None,
        "url": document.link,
    }
    yield build_article(fields, without_title(text, title), basis=basis(document))


def _blocks(opened: Any) -> Iterator[tuple[str, str]]:
    """Paragraphs and tables in their order, each with its style."""
    for item in opened.iter_inner_content():
        if hasattr(item, "rows"):
            rows = (" | ".join(" ".join(cell.text.split()) for cell in row.cells) for row in item.rows)
            yield "table", "\n".join(row for row in rows if row.strip(" |"))
        else:
            style = item.style.name if item.style is not None else ""
            text = " ".join(item.text.split())
            yield style, f"- {text}" if text and style.startswith("List") else text
