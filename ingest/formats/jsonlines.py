"""JSON Lines, one article a line, and JSON, one article or a list of them."""

import codecs
import json
from collections.abc import Iterable, Iterator

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Notice
from ingest.formats.article_fields import build_article
from ingest.formats.text_encoding import decode

_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def articles_of_lines(document: Document) -> Iterator[Article | Failure | Notice]:
    """The article of each line; a Failure, naming it, for each line that holds none."""
    return _each(document, ((f"line {number}", line) for number, line in document.lines() if line.strip()))


def articles(document: Document) -> Iterator[Article | Failure | Notice]:
    """The article of an object, or those of a list; a Failure for each that is none."""
    value = _parsed("the file", decode(document.read()))
    if isinstance(value, list):
        yield from _each(
            document, ((f"article {number}", item) for number, item in enumerate(value, start=1))
        )
    else:
        problems: list[str] = []
        yield _article("the file", value, problems)
        yield from (Notice(document.origin, problem) for problem in problems)


def _each(document: Document, items: Iterable[tuple[str, object]]) -> Iterator[Article | Failure | Notice]:
    places: dict[str, str] = {}
    for where, item in items:
        try:
            value = _line(document, where, item) if isinstance(item, bytes) else item
            problems: list[str] = []
            article = _article(where, value, problems)
            if article.id in places:
                msg = f"{where} has the id {article.id} of {places[article.id]}; give each article its own"
                raise DocumentError(msg)
        except DocumentError as error:
            yield Failure(document.origin, str(error), where)
        else:
            places[article.id] = where
            yield article
            yield from (Notice(document.origin, f"{where}: {problem}") for problem in problems)


def _line(document: Document, where: str, line: bytes) -> object:
    if len(line) > document.max_bytes:
        msg = f"{where} is larger than {document.max_bytes} bytes, the most for one article; split it"
        raise DocumentError(msg)
    if line.startswith(_OTHER_MARKS):
        msg = f"{where} is in UTF-16; save the file as UTF-8"
        raise DocumentError(msg)
    try:
        text = line.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        msg = f"{where} is not in UTF-8 (byte {error.start + 1}); save the file as UTF-8"
        raise DocumentError(msg) from error
    return _parsed(where, text)


def _parsed(where: str, text: str) -> object:
    fix = "fix or remove the line" if where.startswith("line") else "fix it"
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"column {error.colno}" if where.startswith("line") else f"line {error.lineno}"
        msg = f"{where} is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at {place}; {fix}"
        raise DocumentError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{where} is JSON too deep or with too long a number to be read; {fix}"
        raise DocumentError(msg) from error
    return value


def _article(where: str, value: object, problems: list[str]) -> Article:
    if not isinstance(value, dict):
        msg = f'{where} is not an object; write {{"title": …, "text": …}}'
        raise DocumentError(msg)
    fields = {str(key): field for key, field in value.items()}
    text = fields.get("text")
    if text is None:
        msg = f'{where} lacks "text"; add the words of the article'
        raise DocumentError(msg)
    if not isinstance(text, str):
        msg = f'{where} has a "text" that is not a string; put the words of the article in quotes'
        raise DocumentError(msg)
    if not text.strip():
        msg = f'{where} has an empty "text"; add the words of the article or remove it'
        raise DocumentError(msg)
    try:
        return build_article(fields, text, problems=problems)
    except DocumentError as error:
        msg = f"{where}: {error}"
        raise DocumentError(msg) from error
