"""Web pages that were saved: the article in one, without what surrounds it."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document, Notice
from ingest.formats.article_fields import build_article, title_from_name, without_title
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_text
from ingest.formats.corrections import split_corrections
from ingest.formats.html_blocks import text_of_article
from ingest.formats.html_hidden import HiddenText
from ingest.formats.html_metadata import PageMetadata, page_metadata
from ingest.formats.html_redirect import redirect_of
from ingest.formats.html_structure import prepare
from ingest.formats.html_text import text_of
from ingest.formats.text_encoding import decode
from ingest.formats.walls import ReadPage, wall
from ingest.urls import own_address

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SHORT = 250
_MOSTLY = 0.8
_FEW_LINKS = 0.5
_SHORT_PAGE = 1_000
_ENOUGH_SEEN = 2 / 3
_SHOWN = "its style sheet hides more than a third of its words, as scripts show them later; they were kept"


def articles(document: Document) -> Iterator[Article | Notice]:
    """The one article of a page, with what the page says of it. DocumentError where no text is found.

    A Notice says that most of it is hidden by the page's style sheet, and was kept all the same.
    """
    markup = _XML_DECLARATION.sub("", decode(document.read(), markup=True, stated=document.charset))
    try:
        page = _read(markup, document.link)
    except DocumentError:
        raise
    # Parsers fail in ways of their own on pages made to break them; it is this page that is broken.
    except Exception as error:
        msg = f"it cannot be read as a page ({type(error).__name__}); save it again, or save its text"
        raise DocumentError(msg) from error
    metadata, text = page.metadata, page.text
    if page.leads_to:
        yield Notice(document.origin, f"it only leads to {page.leads_to}, and was passed over", passed=True)
        return
    if page.wall:
        raise DocumentError(page.wall)
    if page.shows_hidden:
        yield Notice(document.origin, _SHOWN)
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


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page says of its article, and the article; `shows_hidden` where its sheet hides much of it.

    `leads_to` is where it sends its reader, `wall` why it is no article.
    """

    metadata: PageMetadata
    text: str = ""
    shows_hidden: bool = False
    leads_to: str = ""
    wall: str = ""


def _read(markup: str, link: str) -> _Page:
    from trafilatura.utils import load_html

    # It warns of every odd page, on the terminal; what matters is said in the Failure.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    tree = load_html(markup)
    if tree is None:
        msg = "it is not an HTML page; save the page again, or save its text"
        raise DocumentError(msg)
    metadata = page_metadata(tree, link)
    if target := redirect_of(tree, link):
        return _Page(metadata, leads_to=target)
    titles = tuple(" ".join(one.itertext()) for one in tree.iter("title", "h1"))
    unscripted = " ".join(tree.xpath("//noscript//text()"))
    prepare(tree)
    hidden = HiddenText(tree)
    hidden.drop_small()
    text = _article_text(tree)
    shows_hidden = False
    if hidden.large:
        hidden.drop_large()
        seen = _article_text(tree)
        shows_hidden = len(seen.split()) < len(text.split()) * _ENOUGH_SEEN
        text = text if shows_hidden else seen
    return _Page(metadata, text, shows_hidden, wall=wall(ReadPage(titles, text, tree, markup, unscripted)))


def _article_text(tree: Any) -> str:
    """The text of the article in a page, "" where there is none."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, include_comments=False)
    text = "" if found is None else text_of_article(found.body)
    if len(text) >= _SHORT:
        return text
    of_links = _share_of_links(tree)
    if not text and of_links < _FEW_LINKS and len(whole := text_of(tree)) <= _SHORT_PAGE:
        # So little that there is nothing around an article: all of it is.
        return whole
    # Where there is no article, trafilatura may give the words of the menus.
    return "" if of_links > _MOSTLY else text


def _share_of_links(tree: Any) -> float:
    """How much of the words of a page are in links outside paragraphs, from 0 to 1."""
    words = sum(len(text.strip()) for text in tree.xpath("//body//text()[not(ancestor::script)]"))
    links = sum(len(text.strip()) for text in tree.xpath("//body//a//text()[not(ancestor::p)]"))
    return links / max(1, words)
