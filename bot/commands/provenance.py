"""Where an article came from, when and how it was read, in words."""

from collections.abc import Iterator, Sequence
from shlex import quote

from index.catalog.provenance import Provenance
from index.dates import moment_in_words
from index.types import Article

_FORMATS = {
    "MARKDOWN": "Markdown", "TEXT": "plain text", "HTML": "a web page (HTML)", "JSON_LINES": "JSON Lines",
    "JSON": "JSON", "PDF": "PDF", "DOCX": "Word (DOCX)", "EPUB": "an e-book (EPUB)", "EMAIL": "e-mail",
    "MHTML": "a saved page (MHTML)", "WARC": "a web archive (WARC)", "ZIP": "a ZIP archive",
    "TAR": "a tar archive", "XLSX": "an Excel workbook (XLSX)", "CSV": "a table (CSV)",
}  # fmt: skip


def provenance_lines(article: Article, came_from: Sequence[Provenance]) -> Iterator[str]:
    """A few lines for each document that gave the article."""
    if not came_from:
        yield "  No document on record gives it; it stays as it is until it is removed."
    for one in came_from:
        yield f"  from     {'standard input' if one.origin == '-' else one.origin}"
        if one.root != one.origin:
            yield f"  through  {one.root}"
        yield f"  read     {moment_in_words(one.read) if one.read else 'before this was noted'}"
        if one.format:
            yield f"  as       {_FORMATS.get(one.format, one.format)}{_pages(article)}"
        if one.fetch is not None:
            yield from _fetched(one)


def is_file(one: Provenance) -> bool:
    """Whether a document is a file, which is read again when it is next ingested."""
    return one.fetch is None and one.origin != "-"


def what_brings_it_back(came_from: Sequence[Provenance]) -> Iterator[str]:
    """What brings an article back that was removed by hand, a sentence for each document that gave it."""
    for one in came_from:
        if is_file(one):
            yield f"It comes back when its file is ingested again; delete that too: {one.origin}"
        elif one.fetch is None:
            continue
        elif one.origin.startswith(f"{one.root}#"):
            yield f"It stays away: it is an entry of {one.root} without a page of its own."
        else:
            yield f"It stays away until its page is named again: onrecord ingest {quote(one.origin)}"


def _pages(article: Article) -> str:
    if not article.pages:
        return ""
    recognised = sum(page.recognised for page in article.pages)
    read = f", {recognised} of them by text recognition" if recognised else ""
    return f", {len(article.pages)} page{'' if len(article.pages) == 1 else 's'} with text{read}"


def _fetched(one: Provenance) -> Iterator[str]:
    said = one.fetch
    if said is None:
        return
    if said.modified:
        yield f"  changed  {said.modified}, as its site says"
    if said.gone_since:
        yield f"  gone     since {said.gone_since}"
