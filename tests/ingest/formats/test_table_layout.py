"""A sheet is stored as paragraphs and tables, and every cell of it is found again."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.clean_text import clean_text
from ingest.formats.table_layout import BAR, Row, cell_text, lines, parts


def rows(*written: str) -> list[Row]:
    return [Row(number, tuple(line.split("|"))) for number, line in enumerate(written, 1)]


def text(*written: str) -> str:
    return "".join(part.text for part in parts(lines(rows(*written))))


def test_a_row_is_stored_under_the_headings_of_its_table() -> None:
    assert text("Tour|Adult|Child", "Harbour|12|8", "Night|25|") == (
        "Tour | Adult | Child\nHarbour | 12 | 8\nNight | 25"
    )


def test_a_title_sections_and_notes_are_paragraphs_and_the_headings_stand_below_each() -> None:
    said = text(
        "Price list 2026||", "||", "|Adult|Child", "Harbour tours||", "Short|12|8", "Long|19|11",
        "Island tours||", "West|25|12", "||", "Children are under 14.||",
    )  # fmt: skip
    assert said.split("\n\n") == [
        "Price list 2026", "Harbour tours", "| Adult | Child\nShort | 12 | 8\nLong | 19 | 11", "Island tours",
        "| Adult | Child\nWest | 25 | 12", "Children are under 14.",
    ]  # fmt: skip


def test_an_empty_row_within_a_table_ends_no_headings_and_a_second_table_has_its_own() -> None:
    said = text(
        "Tour|Adult", "Harbour|12", "", "Night|25", "", "Stop|Zone|Weekly", "Alder|1|14", "Birch|2|15"
    )
    assert (
        said
        == "Tour | Adult\nHarbour | 12\nNight | 25\n\nStop | Zone | Weekly\nAlder | 1 | 14\nBirch | 2 | 15"
    )


def test_a_table_without_headings_has_the_letters_of_its_columns() -> None:
    assert text("||Monday|closed", "||Tuesday|9:00-17:00", "||Friday|9:00-12:00") == (
        "C | D\nMonday | closed\nTuesday | 9:00-17:00\nFriday | 9:00-12:00"
    )


def test_headings_below_headings_are_one_row_of_both() -> None:
    assert text(
        "|Summer||Winter|", "Tour|Adult|Child|Adult|Child", "Harbour|12|8|10|6", "Night|25|9|20|7"
    ) == (
        "Tour | Summer Adult | Summer Child | Winter Adult | Winter Child\nHarbour | 12 | 8 | 10 | 6\n"
        "Night | 25 | 9 | 20 | 7"
    )
    said = text("Tour|Summer||Note", "Tour|Adult|Child|", "Harbour|12|8|none", "Night|25|9|late")
    assert said.startswith("Tour | Summer Adult | Summer Child | Note\nHarbour | 12")
    # A heading that is missing makes none of the row below.
    assert text("Tour|Adult|", "Harbour|12|short", "Night|25|long") == (
        "Tour | Adult\nHarbour | 12 | short\nNight | 25 | long"
    )


def test_headings_that_stand_again_are_no_row() -> None:
    assert text("Tour|Adult", "Short|12", "Island tours|", "Tour|Adult", "West|25") == (
        "Tour | Adult\nShort | 12\n\nIsland tours\n\nTour | Adult\nWest | 25"
    )


def test_rows_of_which_little_is_known_are_rows_and_no_sections() -> None:
    said = text("Name|Note", "Ann|", "Bo|vegetarian", "Cy|", "Di|", "Ed|late")
    assert said == "Name | Note\nAnn |  |\nBo | vegetarian\nCy |  |\nDi |  |\nEd | late"


def test_a_column_by_itself_is_a_list() -> None:
    assert text("Name", "Ann", "Bo") == "Name\n\n- Ann\n- Bo"


CELLS = st.text(st.characters(codec="utf-8"), max_size=12).map(cell_text)
WIDTHS = st.integers(2, 5)


@given(st.data())
def test_every_cell_comes_back_from_the_stored_text(data: st.DataObject) -> None:
    """Whatever is in a table whose first row is full, and whose others begin and end with something."""
    wide = data.draw(WIDTHS)
    row = st.tuples(*[CELLS] * wide)
    rows_below = row.filter(lambda cells: bool(cells[0] and cells[-1]))
    table = [data.draw(row.filter(all)), *data.draw(st.lists(rows_below, max_size=8))]
    (part,) = parts(lines(Row(number, cells) for number, cells in enumerate(table, 1)))
    header, *stored = clean_text(part.text).split("\n")
    headed = len(stored) < len(table)
    assert [tuple(line.split(BAR)) for line in ([header] if headed else []) + stored] == table


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=30), st.integers(1, 200))
def test_parts_hold_every_line_once_and_each_row_below_its_headings(
    table: list[tuple[str, ...]], most: int
) -> None:
    found = list(lines(Row(number, cells) for number, cells in enumerate(table, 1)))
    left = list(found)
    for part in parts(found, most):
        assert part.first == left[0].number
        for block in part.text.split("\n\n"):
            if left[0].header:
                header, *said = block.split("\n")
                assert [(one.header, one.text) for one in left[: len(said)]] == [
                    (header, one) for one in said
                ]
                del left[: len(said)]
            else:
                assert left.pop(0).text == block
    assert left == []
