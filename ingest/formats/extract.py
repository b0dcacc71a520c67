"""From a document to its articles, whatever its format."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Format, Notice, Reading
from ingest.formats.clean_text import clean_line
from ingest.formats.corrections import with_corrections

_ENOUGH, _SAMPLE = 100, 2_000


def extract(document: Document) -> Iterator[Article | Failure | Notice | Reading]:
    """The articles of a document; what cannot become one comes as a Failure, and harms no other.

    A Notice says what of it was passed over, or how it was read.
    """
    try:
        for item in _articles(document):
            yield _completed(item, document) if isinstance(item, Article) else item
    except DocumentError as error:
        yield Failure(document.origin, str(error))


# Each is imported when it is needed: a run over Markdown should not wait for what reads web pages.
_READERS = {
    Format.MARKDOWN: "markdown.articles",
    Format.TEXT: "plain.articles",
    Format.HTML: "html.articles",
    Format.JSON_LINES: "jsonlines.articles_of_lines",
    Format.JSON: "jsonlines.articles",
    Format.PDF: "pdf.articles",
    Format.DOCX: "docx.articles",
    Format.XLSX: "xlsx.articles",
    Format.CSV: "csv_table.articles",
    Format.EPUB: "epub.articles",
    Format.EMAIL: "mail.articles",
    Format.MHTML: "mail.page",
    Format.WARC: "warc.members",
    Format.ZIP: "archives.members",
    Format.TAR: "archives.members",
}


def _articles(document: Document) -> Iterator[Article | Failure | Notice | Reading]:
    module, _, name = _READERS[document.format].partition(".")
    empty = True
    for item in getattr(import_module(f"ingest.formats.{module}"), name)(document):
        empty = empty and (isinstance(item, Reading) or (isinstance(item, Notice) and not item.passed))
        if isinstance(item, Document):
            # What is packed with others is read by itself: broken, it harms none of them.
            yield from extract(item)
        else:
            yield item
    if empty:
        msg = "no article is in it; check the file"
        raise DocumentError(msg)


def _completed(article: Article, document: Document) -> Article:
    """The article with what its words alone say: corrections, and its language where they are enough.

    Its outlet is what its source states, where it names none itself.
    """
    if not article.source:
        article = replace(article, source=clean_line(document.stated.get("source", "")))
    article = with_corrections(article)
    if article.language or len(article.text) < _ENOUGH:
        return article
    import py3langid

    language, _ = py3langid.classify(article.text[:_SAMPLE])
    return replace(article, language=language)
