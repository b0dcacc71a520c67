"""Plain text."""

from collections.abc import Iterator

from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.article_fields import build_article, title_from_name
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_text
from ingest.formats.text_encoding import decode

_LONGEST_TITLE = 120


def articles(document: Document) -> Iterator[Article]:
    """The one article of a text file. Its first line is the title if it stands alone and is short."""
    text = clean_text(decode(document.read()))
    first, _, rest = text.partition("\n\n")
    if (
        rest
        and "\n" not in first
        and len(first) <= _LONGEST_TITLE
        and not first.endswith((".", "!", "?", "”", '"'))
    ):
        title, text = first, rest
    else:
        title = "" if document.origin == STDIN else title_from_name(document.link or document.origin)
    yield build_article({"title": title, "url": document.link}, text, basis=basis(document))
