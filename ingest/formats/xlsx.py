"""Excel workbooks (.xlsx, .xlsm): each sheet as a table, with values as their cells show them.

Formulas are taken by the value that was last calculated. What is hidden in the workbook is hidden here.
"""

import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document, Failure, Notice, Reading, listed
from ingest.formats.archives import checked_zip
from ingest.formats.article_fields import title_from_name
from ingest.formats.number_format import shown
from ingest.formats.office_properties import stated_day, stated_properties
from ingest.formats.spanning_cells import LONGEST, MOST_ROWS
from ingest.formats.table_article import articles_of
from ingest.formats.table_layout import Row, cell_text
from ingest.formats.xlsx_parts import Shape, Sheet, shape, sheets, usual

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGED = (
    BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError, EOFError,
    OverflowError, NotImplementedError, RuntimeError, zlib.error,
)  # fmt: skip


def articles(document: Document) -> Iterator[Article | Notice | Failure | Reading]:
    """The articles of a workbook, a sheet each. DocumentError where it is locked, damaged or no workbook.

    A sheet that cannot be read is a Failure; a Notice names what is hidden, or was never calculated.
    """
    data = document.read()
    _check_kind(data)
    try:
        with checked_zip(BytesIO(data)) as archive:
            found = sheets(archive)
            data = usual(data, archive)
            changed = stated_day(stated_properties(archive).get("modified", ""))
        book = _opened(data)
    except _DAMAGED as error:
        msg = "it is damaged, or no Excel workbook (.xlsx); open it and save it again"
        raise DocumentError(msg) from error
    hidden = [sheet.name for sheet in found if sheet.hidden]
    seen = [sheet for sheet in found if not sheet.hidden]
    with checked_zip(BytesIO(data)) as archive:
        for number, sheet in enumerate(seen, start=1):
            yield from _of_sheet(document, archive, book, sheet, changed)
            yield Reading(document.origin, number, len(seen))
    if hidden:
        yield Notice(document.origin, f"hidden sheets of it are passed over: {listed(hidden)}")


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            msg = "it is locked with a password; open it and save it without one"
        else:
            msg = "it is a workbook of Excel 2003 or older; open it and save it as .xlsx"
        raise DocumentError(msg)
    if not data.startswith(b"PK"):
        msg = (
            "it is no Excel workbook, whatever its name says; give it the ending of what it is, such as .csv"
        )
        raise DocumentError(msg)


def _opened(data: bytes) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        # On what it does not keep, such as lists to choose from; nothing is written here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)


def _of_sheet(
    document: Document, archive: ZipFile, book: Any, sheet: Sheet, changed: str
) -> Iterator[Article | Notice | Failure]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = shape(archive, sheet)
            passed: set[str] = set()
            rows = _rows(book[sheet.name], found, passed)
            title = _title(document, sheet.name)
            made = list(articles_of(document, title, rows, sheet=sheet.name, updated=changed))
    except _DAMAGED:
        reason = f"the sheet “{sheet.name}” is damaged; open the workbook and save it again"
        yield Failure(document.origin, reason, f"sheet {sheet.name}")
        return
    yield from made
    if passed:
        said = f"hidden {' and '.join(sorted(passed))} of the sheet “{sheet.name}” are passed over"
        yield Notice(document.origin, said)
    if found.uncalculated:
        counted = "1 formula" if found.uncalculated == 1 else f"{found.uncalculated:,} formulas"
        said = f"{counted} never calculated, so without a value; open the workbook in Excel and save it"
        yield Notice(document.origin, f"the sheet “{sheet.name}”: {said}")


def _title(document: Document, sheet: str) -> str:
    """The file's name and the sheet's, each once."""
    file = "" if document.origin == STDIN else title_from_name(document.link or document.origin)
    return ": ".join(
        dict.fromkeys(filter(None, (file, sheet if sheet.casefold() != file.casefold() else "")))
    )


def _rows(sheet: Any, found: Shape, passed: set[str]) -> Iterator[Row]:
    """The rows of a sheet that a reader sees; what was hidden of it goes into `passed`."""
    # A file may state a size that is not its own.
    sheet.reset_dimensions()
    above: dict[int, tuple[str, int]] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        said = [cell_text(shown(cell.value, _code(cell))) if cell.value is not None else "" for cell in cells]
        _reach_down(said, number, found, above)
        if number in found.hidden_rows:
            if any(said):
                passed.add("rows")
            continue
        if found.hidden_columns:
            kept = ["" if column in found.hidden_columns else one for column, one in enumerate(said, start=1)]
            if kept != said:
                passed.add("columns")
            said = kept
        yield Row(number, tuple(said))


def _code(cell: Any) -> str:
    return str(cell.number_format or "General")


def _reach_down(said: list[str], number: int, found: Shape, above: dict[int, tuple[str, int]]) -> None:
    """Say a cell that reaches over several rows in each row that says something else too."""
    for column, (text, last) in list(above.items()):
        if number > last:
            del above[column]
        elif any(said) and column <= len(said) and not said[column - 1]:
            said[column - 1] = text
    for column, last in found.down.get(number, ()):
        text = said[column - 1] if column <= len(said) else ""
        if text and len(text) <= LONGEST:
            above[column] = (text, min(last, number + MOST_ROWS))
