"""A cell that reaches over several rows is said in each, so that every row says what it is about."""

import io

import docx
import pytest
from lxml import html

from index.types import Article
from ingest.documents import Document, Format
from ingest.formats.extract import extract
from ingest.formats.html_text import text_of
from ingest.formats.spanning_cells import spread_cells


def rows(table: str) -> list[list[str]]:
    tree = html.fromstring(f"<table>{table}</table>")
    spread_cells(tree)
    return [[cell.text_content() for cell in row if cell.tag in ("td", "th")] for row in tree.iter("tr")]


def test_a_cell_is_written_into_each_row_that_it_reaches_over_at_its_column() -> None:
    assert rows(
        "<tr><th>Plan<th>Item<th>Price<tr><td rowspan=2>Flock<td>Monthly<td rowspan=3>29<tr><td>Yearly"
        "<tr><td>Nest<td>Monthly"
    ) == [
        ["Plan", "Item", "Price"],
        ["Flock", "Monthly", "29"],
        ["Flock", "Yearly", "29"],
        ["Nest", "Monthly", "29"],
    ]


def test_columns_are_counted_over_cells_that_reach_to_the_side() -> None:
    said = rows("<tr><td colspan=2>a<td rowspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g")
    assert said == [["a", "b"], ["c", "d", "b"], ["e", "f", "g"]]
    assert rows("<tr><td rowspan=2 colspan=2>a<td>b<tr><td>c") == [["a", "b"], ["a", "c"]]


def test_a_note_beside_the_rows_and_another_part_of_the_table_are_left_alone() -> None:
    note = "It is long. " * 10
    assert rows(f"<tr><td rowspan=2>{note}<td>a<tr><td>b") == [[note, "a"], ["b"]]
    assert rows("<thead><tr><th rowspan=9>x<th>y<tbody><tr><td>z") == [["x", "y"], ["z"]]


@pytest.mark.parametrize("span", ["0", "-1", "x", "²", "9" * 400])
def test_a_span_that_is_no_number_or_too_large_breaks_nothing(span: str) -> None:
    assert rows(f"<tr><td rowspan='{span}' colspan='{span}'>a<td>b")[0] == ["a", "b"]


def test_a_page_and_a_word_document_say_in_each_row_whose_it_is() -> None:
    table = "<tr><th>Plan<th>Item<th>Price<tr><td rowspan=2>Flock<td>Monthly<td>29<tr><td>Yearly<td>24"
    said = "Plan | Item | Price\nFlock | Monthly | 29\nFlock | Yearly | 24"
    assert text_of(html.fromstring(f"<div><table>{table}</table></div>")) == said
    about = "<p>The prices of all plans hold from January on, for everybody who pays by card.</p>" * 4
    page = f"<html><body><article><h1>Prices</h1>{about}<table>{table}</table></article></body></html>"
    document = docx.Document()
    made = document.add_table(rows=3, cols=3)
    written = (("Plan", "Item", "Price"), ("Flock", "Monthly", "29"), ("", "Yearly", "24"))
    for row, texts in zip(made.rows, written, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    made.cell(1, 0).merge(made.cell(2, 0))
    file = io.BytesIO()
    document.save(file)
    for form, data in ((Format.HTML, page.encode()), (Format.DOCX, file.getvalue())):
        (article,) = extract(Document("/in/x", "/in", form, content=data))
        assert isinstance(article, Article)
        assert said in article.text
