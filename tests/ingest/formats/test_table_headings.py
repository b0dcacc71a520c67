"""Whether a first row holds headings is told by what stands below it."""

import pytest

from ingest.formats.table_headings import Found, headings

TABLES = {
    "amounts": (Found.SURE, "Tour|Adult|Child", "Harbour|£12.50|£8.00", "Island|18,00 €|free", "Night|25|9"),
    "years above amounts": (Found.SURE, "Stop|2024|2025", "Alder|140|155", "Birch|90|85"),
    "days": (Found.SURE, "No|Decision|Date", "1|Refunds|2026-03-04", "2|Dogs|1 April 2026"),
    "days above names": (Found.SURE, "Shift|Mon 2 March|Tue 3 March", "Early|Ann|Bo", "Late|Cy|Di"),
    "days of the week above names": (Found.SURE, "Shift|Monday|Tuesday", "Early|Ann|Bo", "Late|Cy|Di"),
    "an empty first heading": (Found.SURE, "|Adult|Child", "Harbour|12.50|8.00"),
    "words alone": (Found.LIKELY, "Name|Role", "Ann Reyes|Harbour master", "Bo Lind|Deputy"),
    "a point in a heading": (Found.LIKELY, "Name|Role, duties etc.", "Ann|Master", "Bo|Deputy"),
    "an amount in the first row": (Found.NO, "Harbour|£12.50", "Island|£18.00", "Night|£25.00"),
    "days one after another": (Found.NO, "Monday|closed", "Tuesday|9:00-17:00", "Wednesday|9:00-17:00"),
    "the same again below": (Found.NO, "Ann|early", "Bo|early", "Cy|late"),
    "what is known of one thing": (Found.NO, "Phone|0123 456", "Place|Quay Road", "Mail|a@b.example"),
    "a sentence": (Found.NO, "Dogs|They need a ticket now.", "Cats|They travel free."),
    "an address": (Found.NO, "Ann|ann@harbour.example", "Bo|none"),
    "nothing below": (Found.NO, "Name|Role"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_first_row_is_told_from_headings_by_the_kinds_of_its_columns(name: str) -> None:
    found, first, *body = TABLES[name]
    assert headings(str(first).split("|"), [str(row).split("|") for row in body]) is found
