"""From a document to its articles, whatever its format."""

from collections.abc import Iterator

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Format


def extract(document: Document) -> Iterator[Article | Failure]:
    """The articles of a document; what cannot become one comes as a Failure, and harms no other."""
    try:
        yield from _articles(document)
    except DocumentError as error:
        yield Failure(document.origin, str(error))


def _articles(document: Document) -> Iterator[Article | Failure]:
    # Imported when needed: a run over Markdown should not wait for the libraries that read web pages.
    match document.format:
        case Format.MARKDOWN:
            from ingest.formats import markdown

            return markdown.articles(document)
        case Format.TEXT:
            from ingest.formats import plain

            return plain.articles(document)
        case Format.HTML:
            from ingest.formats import html

            return html.articles(document)
        case Format.PDF:
            from ingest.formats import pdf

            return pdf.articles(document)
        case Format.JSON_LINES:
            from ingest.formats import jsonlines

            return jsonlines.articles_of_lines(document)
        case Format.JSON:
            from ingest.formats import jsonlines

            return jsonlines.articles(document)
