"""The articles that a table gives: one, or some for a very long one."""

from collections.abc import Iterable, Iterator

from index.types import Article
from ingest.documents import Document, Notice
from ingest.formats.article_fields import MAX_CHARACTERS, build_article
from ingest.formats.article_id import basis
from ingest.formats.table_layout import BAR, Part, Row, lines, parts


def articles_of(
    document: Document, title: str, rows: Iterable[Row], *, sheet: str = "", updated: str = ""
) -> Iterator[Article | Notice]:
    """The articles of the rows of a file, or of one sheet of it; nothing where they say nothing.

    A Notice says from which row on a table is not kept, which is longer than an article may be.
    """
    rest: list[Row] = []
    made = list(parts(lines(_within(rows, rest))))
    for part in made:
        yield build_article(
            {"title": _title(title, part, len(made)), "updated": updated},
            part.text,
            basis=_basis(document, sheet, part if part is not made[0] else None),
        )
    if rest:
        named = f"the sheet “{sheet}”" if sheet else "it"
        said = (
            f"{named} has more than {MAX_CHARACTERS:,} characters of text, the most that is kept of a table: "
            f"its rows up to {rest[0].number - 1:,} are on record; split it"
        )
        yield Notice(document.origin, said)


def _within(rows: Iterable[Row], rest: list[Row]) -> Iterator[Row]:
    """The rows that are kept, so that no more are read; the first that is not goes into `rest`."""
    size = 0
    for row in rows:
        size += sum(len(cell) + len(BAR) for cell in row.cells if cell)
        if size > MAX_CHARACTERS:
            rest.append(row)
            return
        yield row


def _title(title: str, part: Part, of: int) -> str:
    if of == 1:
        return title
    rows = f"rows {part.first:,} to {part.last:,}"
    return f"{title} ({rows})" if title else rows.capitalize()


def _basis(document: Document, sheet: str, part: Part | None) -> str:
    """What an id is made from; nothing for standard input, whose articles are called by their words."""
    named = basis(document)
    if not named:
        return ""
    return "\n".join(filter(None, (named, sheet, f"row {part.first}" if part else "")))
