"""Amounts, days and times are written as the format of their cell shows them."""

from datetime import date, datetime, time, timedelta

import pytest

from ingest.formats.number_format import shown

MOMENT = datetime(2026, 3, 4, 14, 5)  # noqa: DTZ001 (cells have no time zone)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (4.5, '"£"#,##0.00', "£4.50"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (12.5, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "12.50 €"),
        (0, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "- €"),
        (-1234.5, "$#,##0.00_);[Red]($#,##0.00)", "($1,234.50)"),
        (-3, "0.0", "-3.0"),
        (0, '0.00;-0.00;"free"', "free"),
        (0.255, "0.0%", "25.5%"),
        (7, "00000", "00007"),
        (5551234, "000-0000", "555-1234"),
        (1_500_000, '0.0,,"M"', "1.5M"),
        (2.675, "0.00", "2.68"),
        (2.5, "0.##", "2.5"),
        (0.5, "#.##", ".5"),
        (5, '0 "kg"', "5 kg"),
        # What cannot be followed is shown by its digits.
        (1.5, "# ?/?", "1.5"),
        (12345.678, "0.00E+00", "12345.678"),
        (5, "[>3]0;0.0", "5"),
        (0.1 + 0.2, "General", "0.3"),
        (3.0, "General", "3"),
        (1e300, "0.00", "1e+300"),
        (True, "General", "TRUE"),
        (None, "0.00", ""),
        ("as it is", "0.00", "as it is"),
    ],
)
def test_a_number_is_written_as_its_format_shows_it(value: object, code: str, said: str) -> None:
    assert shown(value, code) == said


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (MOMENT, "dd/mm/yyyy", "04/03/2026"),
        (MOMENT, "d mmm yyyy", "4 Mar 2026"),
        (MOMENT, "[$-409]dddd, d mmmm yyyy", "Wednesday, 4 March 2026"),
        (MOMENT, "[$-F800]dddd\\,\\ mmmm\\ dd", "Wednesday, March 04"),
        (MOMENT, "dd.mm.yyyy;@", "04.03.2026"),
        (MOMENT, "h:mm AM/PM", "2:05 PM"),
        (MOMENT, "yyyy-mm-dd hh:mm:ss", "2026-03-04 14:05:00"),
        (time(9), "h:mm", "9:00"),
        (timedelta(hours=26, minutes=5), "[h]:mm", "26:05"),
        # The short day of whoever looks at it, and names in another language, are written in ISO 8601.
        (datetime(2026, 3, 4), "mm-dd-yy", "2026-03-04"),  # noqa: DTZ001
        (date(2026, 3, 4), "[$-407]d. mmmm yyyy", "2026-03-04"),
        (date(2026, 3, 4), "General", "2026-03-04"),
        (time(9, 30), "d mmm yyyy", "09:30"),
    ],
)
def test_a_day_or_time_is_written_as_its_format_shows_it(value: object, code: str, said: str) -> None:
    assert shown(value, code) == said
