"""Word documents (DOCX): what mammoth reads of them, in the document's own order.

Insertions are part of the text and deletions are not, as in Word's view of all changes taken.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.archives import checked_zip
from ingest.formats.article_fields import build_article, title_from_name, usable_title, without_title
from ingest.formats.article_id import basis
from ingest.formats.docx_numbering import apply_numbers
from ingest.formats.docx_parts import prepared
from ingest.formats.html_text import text_of
from ingest.formats.office_properties import stated_day, stated_properties

_STYLES = "p[style-name='Title'] => h1:fresh"
_NOTE = re.compile(r"(foot|end)note-[0-9]+")
_NOTE_BACK = re.compile(r"#(foot|end)note-ref-")


def articles(document: Document) -> Iterator[Article]:
    """The one article of a Word document. Its title is as stated, else the heading that it begins with."""
    import mammoth
    from lxml import etree, html

    data = document.read()
    try:
        with checked_zip(BytesIO(data)) as archive:
            about = stated_properties(archive)
            parts = prepared(archive)
        markup = mammoth.convert_to_html(
            parts, style_map=_STYLES, include_embedded_style_map=False, convert_image=_no_image
        ).value
    except (BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, AttributeError, OSError) as error:
        msg = "it is damaged, or no Word document (.docx); open it and save it again"
        raise DocumentError(msg) from error
    tree = html.fromstring(f"<div>{markup}</div>")
    apply_numbers(tree)
    _join_notes(tree)
    title = usable_title(about.get("title", "")) or _heading(tree)
    if not title and document.origin != STDIN:
        title = title_from_name(document.link or document.origin)
    fields = {
        "title": title,
        "authors": about.get("creator", "").replace("python-docx", ""),
        "published": stated_day(about.get("created", "")),
        "url": document.link,
    }
    yield build_article(fields, without_title(text_of(tree), title), basis=basis(document))


def _no_image(_: Any) -> list[Any]:
    return []


def _heading(tree: Any) -> str:
    """The heading that the document begins with, if it does."""
    first = next((one for one in tree if "".join(one.itertext()).strip()), None)
    return " ".join("".join(first.itertext()).split()) if first is not None and first.tag == "h1" else ""


def _join_notes(tree: Any) -> None:
    """Make footnotes and endnotes paragraphs that begin with their mark, as the text has it: "[1]"."""
    for back in tree.xpath("//a[@href]"):
        if _NOTE_BACK.match(back.get("href")):
            back.drop_tree()
    number = 0
    for note in tree.xpath("//ol/li[@id]"):
        if _NOTE.fullmatch(note.get("id")):
            number += 1
            note.tag = "div"
            first = note[0] if len(note) else note
            first.text = f"[{number}] {first.text or ''}"
            note.getparent().tag = "div"
