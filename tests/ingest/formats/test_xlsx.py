"""Excel workbooks, as openpyxl writes them, are read as their reader sees them."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, time
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from index.types import Article
from ingest.documents import Failure, Format, Notice
from tests.ingest.formats.documents import read

FARES = (
    ("Tour", "Adults", "Children", "Departs", "From"),
    ("Harbour tour", 12.5, 8, time(9), date(2026, 3, 4)),
    ("Night tour", 25, 0, time(21, 15), date(2026, 5, 1)),
)


def workbook(*sheets: Callable[[Any], None]) -> bytes:
    """A workbook of sheets that are filled so, named for what fills them."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for fill in sheets:
        fill(book.create_sheet(fill.__name__.replace("_", " ").strip().capitalize()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tours(sheet: Any) -> None:
    for row in FARES:
        sheet.append(row)
    for row in (2, 3):
        for column in "BC":
            sheet[f"{column}{row}"].number_format = '"£"0.00;;"free"'
        sheet[f"D{row}"].number_format = "h:mm AM/PM"
        sheet[f"E{row}"].number_format = "d mmm yyyy"


def notes(sheet: Any) -> None:
    sheet.append(["Dogs travel free."])


def unpacked(data: bytes) -> tuple[list[Article], list[str], list[str]]:
    """The articles of a workbook, the words on it, and its failures."""
    found = read(Format.XLSX, data, "/in/fares-2026.xlsx")
    return (
        [one for one in found if isinstance(one, Article)],
        [one.text for one in found if isinstance(one, Notice)],
        [one.reason for one in found if isinstance(one, Failure)],
    )


def only_text(fill: Callable[[Any], None]) -> str:
    (article,), told, failed = unpacked(workbook(fill))
    assert not told and not failed
    return article.text


def altered(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(made, "w") as out:
        for name in book.namelist():
            out.writestr(name, change(name, book.read(name)))
    return made.getvalue()


def test_each_sheet_is_an_article_with_its_cells_as_they_are_shown() -> None:
    (fares, other), told, failed = unpacked(workbook(tours, notes))
    assert (told, failed) == ([], [])
    assert (fares.title, other.title) == ("Fares 2026: Tours", "Fares 2026: Notes")
    assert fares.id != other.id
    assert fares.text == (
        "Tour | Adults | Children | Departs | From\nHarbour tour | £12.50 | £8.00 | 9:00 AM | 4 Mar 2026\n"
        "Night tour | £25.00 | free | 9:15 PM | 1 May 2026"
    )
    assert other.text == "Dogs travel free."
    assert fares.updated[:4] >= "2026"


def test_a_cell_that_reaches_over_several_rows_is_said_in_each_and_one_over_columns_once() -> None:
    def plans(sheet: Any) -> None:
        for row in (
            ["All plans", None, None],
            ["Plan", "Item", "Price"],
            ["Flock", "Monthly", 29],
            [None, "Yearly", 24],
            ["Nest", "Monthly", 9],
        ):
            sheet.append(row)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A4")

    assert only_text(plans) == (
        "All plans\n\nPlan | Item | Price\nFlock | Monthly | 29\nFlock | Yearly | 24\nNest | Monthly | 9"
    )


def test_what_is_hidden_is_passed_over_and_told() -> None:
    def costs(sheet: Any) -> None:
        sheet.sheet_state = "hidden"
        sheet.append(["Tour", 3])

    def fares(sheet: Any) -> None:
        tours(sheet)
        sheet.append(["Whale tour", 99])
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = True

    (article,), told, failed = unpacked(workbook(costs, fares))
    assert not failed
    assert "Whale" not in article.text
    assert "8.00" not in article.text
    assert told == [
        "hidden columns and rows of the sheet “Fares” are passed over",
        "hidden sheets of it are passed over: Costs",
    ]


def test_columns_that_are_hidden_to_the_end_and_rows_far_below_cost_nothing() -> None:
    def wide(sheet: Any) -> None:
        tours(sheet)
        sheet.column_dimensions.group("F", get_column_letter(16_384), hidden=True)
        sheet["A200000"] = "Ask on the quay for more."

    assert only_text(wide).endswith("1 May 2026\n\nAsk on the quay for more.")


def test_a_formula_is_taken_by_its_value_and_told_where_it_was_never_calculated() -> None:
    def sums(sheet: Any) -> None:
        tours(sheet)
        sheet["A4"], sheet["B4"] = "Both", "=B2+B3"

    data = workbook(sums)
    (article,), told, _ = unpacked(data)
    assert "Both" in article.text
    said = "1 formula never calculated, so without a value; open the workbook in Excel and save it"
    assert told == [f"the sheet “Sums”: {said}"]
    calculated = altered(data, lambda _, part: part.replace(b"</f><v></v>", b"</f><v>37.5</v>").replace(
        b"</f><v/>", b"</f><v>37.5</v>").replace(b"</f><v />", b"</f><v>37.5</v>"))  # fmt: skip
    (article,), told, _ = unpacked(calculated)
    assert article.text.endswith("Both | 37.5")
    assert told == []


def test_a_workbook_in_the_strict_form_is_read() -> None:
    def strict(_: str, part: bytes) -> bytes:
        for usual, other in (
            (
                b"schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            part = part.replace(usual, other)
        return part

    (article,), _, failed = unpacked(altered(workbook(tours), strict))
    assert not failed
    assert "Night tour | £25.00 | free" in article.text


def test_a_damaged_sheet_costs_no_other_one() -> None:
    def torn(name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if name.endswith("sheet1.xml") else part

    articles, _, failed = unpacked(altered(workbook(tours, notes), torn))
    assert [one.title for one in articles] == ["Fares 2026: Notes"]
    assert failed == ["the sheet “Tours” is damaged; open the workbook and save it again"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Tour,Adult\nHarbour,12\n", "give it the ending of what it is, such as .csv"),
        (workbook(tours)[:3_000], "it is damaged, or no Excel workbook (.xlsx); open it and save it again"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "it is locked with a password"),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "it is a workbook of Excel 2003 or older; open it and save it as",
        ),
        (workbook(lambda sheet: None), "no article is in it"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(data: bytes, reason: str) -> None:
    articles, _, (failed,) = unpacked(data)
    assert articles == []
    assert reason in failed


def test_a_workbook_that_comes_to_far_more_than_it_is_is_refused() -> None:
    file = io.BytesIO(workbook(tours))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/more.xml", b"0" * 90_000_000)
    _, _, (failed,) = unpacked(file.getvalue())
    assert "far more than it is when unpacked" in failed


def test_a_sheet_with_the_name_of_its_file_is_called_so_once() -> None:
    data = workbook(tours)
    (article,) = [one for one in read(Format.XLSX, data, "/in/tours.xlsx") if isinstance(one, Article)]
    assert article.title == "Tours"
