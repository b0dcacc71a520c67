"""Dates: what is plain is read, what is a guess is refused."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import parse_date


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ""),
        ("", ""),
        ("  ", ""),
        ("2026-03-12", "2026-03-12"),
        ("2026/03/12", "2026-03-12"),
        (" 12 March 2026 ", "2026-03-12"),
        ("12 Mar. 2026", "2026-03-12"),
        ("March 12, 2026", "2026-03-12"),
        ("Thursday, Sept. 3rd 2026", "2026-09-03"),
        ("2026-03-12T08:30:00+01:00", "2026-03-12T08:30:00+01:00"),
        ("2026-03-12 08:30:00 +0100", "2026-03-12T08:30:00+01:00"),
        ("2026-03-12T08:30:00.123Z", "2026-03-12T08:30:00+00:00"),
        ("2026-03-12 08:30 UTC", "2026-03-12T08:30:00+00:00"),
        ("Thu, 12 Mar 2026 08:30:00 +0100", "2026-03-12T08:30:00+01:00"),
        ("Thu, 12 Mar 2026 08:30:00 GMT", "2026-03-12T08:30:00+00:00"),
        (date(2026, 3, 12), "2026-03-12"),
        (datetime(2026, 3, 12, 8, 30, tzinfo=UTC), "2026-03-12T08:30:00+00:00"),
        (datetime(2026, 3, 12, 23, 30, tzinfo=timezone(timedelta(hours=-5))), "2026-03-12T23:30:00-05:00"),
    ],
)
def test_a_plain_date_is_read(written, read):
    assert parse_date(written) == read


WITHOUT_ZONE = datetime(2026, 3, 12, 8, 30)  # noqa: DTZ001


@pytest.mark.parametrize("written", ["2026-03-12T08:30:00", WITHOUT_ZONE, "Thu, 12 Mar 2026 08:30:00 -0000"])
def test_a_moment_without_a_zone_keeps_its_day_only(written):
    assert parse_date(written) == "2026-03-12"


@pytest.mark.parametrize("written", ["03/04/2026", "3-4-2026", "03.04.26"])
def test_a_day_that_may_be_two_is_refused_with_a_way_out(written):
    with pytest.raises(ValueError, match="one of two days; write the year first, like 2026-03-12"):
        parse_date(written)


@pytest.mark.parametrize(
    "written",
    [
        "soon", "2026", 2026, True, 1.5, "2026-03", "2026-02-30", "2026-13-01", "0999-01-01", "10000-01-01",
        "12 Smarch 2026", "2026-03-12T25:00:00Z", "2026-03-12T08:30:00+99:00", "2026-03-12 and later",
        "٢٠٢٦-٠٣-١٢", date(999, 1, 1), ["2026-03-12"],
    ],
)  # fmt: skip
def test_anything_else_is_refused(written):
    with pytest.raises(ValueError, match="is not a date; write it like 2026-03-12"):
        parse_date(written)


def test_a_refusal_shows_only_the_start_of_what_is_long():
    with pytest.raises(ValueError, match="x…") as refused:
        parse_date("x" * 10_000)
    assert len(str(refused.value)) < 150


@settings(database=None)
@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.timezones() | st.none()))  # noqa: DTZ001
def test_what_was_read_is_read_again_as_it_is(moment):
    read = parse_date(moment)
    assert parse_date(read) == read
    assert read.startswith(moment.date().isoformat())


@settings(database=None)
@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    try:
        assert parse_date(text) == "" or date.fromisoformat(parse_date(text)[:10])
    except ValueError as refused:
        assert str(refused).endswith("like 2026-03-12")
