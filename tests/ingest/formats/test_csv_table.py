"""CSV files are read by their structure, whatever program wrote them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article
from ingest.documents import Document, Failure, Format, Notice
from ingest.formats import table_article
from ingest.formats.csv_table import delimiter
from tests.ingest.formats.documents import only, read

FARES = (("Tour", "Adults", "Children"), ("Harbour tour", "12.50", "8.00"), ("Night, long", "25.00", "free"))


def written(separator: str, **style: object) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, **style).writerows(FARES)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("separator", ",;\t|")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_stored_under_their_headings_whatever_stands_between_the_cells(
    separator: str, encoding: str
) -> None:
    article = only(Format.CSV, written(separator).replace("12.50", "12.50 £").encode(encoding))
    assert article.text == (
        "Tour | Adults | Children\nHarbour tour | 12.50 £ | 8.00\nNight, long | 25.00 | free"
    )
    assert article.title == "The file"


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("Tour;Adult\nHarbour;12,50\nNight;25,00\n", ";"),
        ("1;12,5\n2;14,5\n", ";"),
        ("Kestrel Ferries, prices\n\nTour;Adult;Child\nHarbour;12;8\nNight;25;9\n", ";"),
        ('Name,Note\nAnn,"likes; a lot"\nBo,none; or so; or not\n', ","),
        ("Name\tNote\nAnn\ta, b\nBo\tc, d\n", "\t"),
        ('a,b\n"1\n2;3\n4;5\n6;7",x\n', ","),
    ],
)
def test_what_cuts_the_rows_evenly_is_the_delimiter(text: str, separator: str) -> None:
    assert delimiter(text) == separator


def test_a_delimiter_that_is_stated_is_believed() -> None:
    assert only(Format.CSV, b"sep=;\r\na,b;c\r\n1,2;3\r\n").text == "a,b | c\n1,2 | 3"


def test_a_line_break_in_a_cell_is_a_space() -> None:
    assert only(Format.CSV, b'No,Reason\n1,"They\nwaited."\n2,None\n').text == (
        "No | Reason\n1 | They waited.\n2 | None"
    )


def test_a_quotation_mark_that_is_never_closed_costs_no_row_and_is_told() -> None:
    article, notice = read(Format.CSV, b'Size,Pipe\n1,5" long\n2,"6 long\n3,7 long\n')
    assert isinstance(article, Article)
    assert article.text == 'Size | Pipe\n1 | 5" long\n2 | "6 long\n3 | 7 long'
    assert isinstance(notice, Notice)
    assert "never closed" in notice.text


def test_a_long_table_becomes_several_articles_and_what_is_beyond_the_limit_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = "Stop,Fare\n" + "".join(f"Stop number {n},{n}.00\n" for n in range(12_000))
    monkeypatch.setattr(table_article, "MAX_CHARACTERS", 200_000)
    *articles, notice = read(Format.CSV, data.encode())
    assert len(articles) == 3
    first, second, _ = articles
    assert isinstance(first, Article) and isinstance(second, Article)
    assert first.title.startswith("The file (rows 2 to ")
    assert max(len(one.text) for one in articles if isinstance(one, Article)) < 100_000
    assert second.text.startswith("Stop | Fare\nStop number ")
    assert len({one.id for one in articles if isinstance(one, Article)}) == 3
    assert isinstance(notice, Notice)
    last = articles[-1]
    assert isinstance(last, Article)
    kept = last.text.rpartition("\n")[2].split()[2]
    assert f"its rows up to {int(kept) + 2:,} are on record; split it" in notice.text


@pytest.mark.parametrize("data", [b"PK\x03\x04 and so on", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"])
def test_a_workbook_that_is_called_csv_is_refused_with_what_to_do(data: bytes) -> None:
    (failure,) = read(Format.CSV, data)
    assert isinstance(failure, Failure)
    assert "give it the ending .xlsx" in failure.reason


def test_a_file_without_a_word_is_refused() -> None:
    (failure,) = read(Format.CSV, b",,\n,,\n")
    assert isinstance(failure, Failure)
    assert "no article" in failure.reason


CELL = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=9)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=3, max_size=9), st.sampled_from(",;\t"))
def test_every_cell_of_a_written_file_is_on_record(table: list[tuple[str, ...]], separator: str) -> None:
    """However many quotation marks, delimiters and bars are in them."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    document = Document("/in/a.csv", "/in", Format.CSV, content=b"\xef\xbb\xbf" + file.getvalue().encode())
    from ingest.formats.clean_text import clean_text
    from ingest.formats.csv_table import articles
    from ingest.formats.table_layout import BAR, cell_text

    said = [one.text for one in articles(document) if isinstance(one, Article)]
    stored = [tuple(line.split(BAR)) for line in "\n".join(said).split("\n")]
    wanted = [tuple(clean_text(cell_text(cell)) for cell in row) for row in table]
    if all(all(row) for row in wanted):
        assert [row for row in wanted if row not in stored] == []
