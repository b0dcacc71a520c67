"""Days as people give them to an option."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.given_days import day_given, moment_given
from index.errors import UsageError

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026-03-12", "2026-03-12", "2026-03-12"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("yesterday", "2026-11-25", "2026-11-25"),
        (" Today ", "2026-11-26", "2026-11-26"),
        ("12 March", "2026-03-12", "2026-03-12"),
        ("March 2025", "2025-03-01", "2025-03-31"),
    ],
)
def test_since_takes_the_first_day_of_what_is_named_and_until_the_last(
    value: str, first: str, last: str
) -> None:
    days = tuple(day_given(value, bound, TODAY).isoformat() for bound in ("since", "until"))
    assert days == (first, last)


@pytest.mark.parametrize(
    "value", ["soon", "2026-13", "2026-02-30", "12/03/2026", "0000", "in 2019 or 2021", "-1"]
)
def test_what_names_no_day_is_refused_with_how_to_write_one(value: str) -> None:
    with pytest.raises(
        UsageError, match=r"^The day for 'since' is .* write it as 2026-03-12, 2026-03, 2026 or"
    ):
        day_given(value, "since", TODAY)


def test_now_must_be_one_day() -> None:
    assert day_given("yesterday", "now", TODAY) == TODAY - timedelta(days=1)
    with pytest.raises(UsageError, match="'now' is '2026-03'; write it as 2026-03-12"):
        day_given("2026-03", "now", TODAY)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_month_and_year_is_read_as_it_is_written(day: date) -> None:
    assert day_given(day.isoformat(), "since", TODAY) == day_given(day.isoformat(), "until", TODAY) == day
    first, last = (day_given(f"{day:%Y-%m}", bound, TODAY) for bound in ("since", "until"))
    assert (first.day, (last + timedelta(days=1)).day if last < date.max else 1) == (1, 1)
    assert first <= day <= last
    assert day_given(f"{day:%Y}", "since", TODAY) == day.replace(month=1, day=1)


@pytest.mark.parametrize(("said", "days"), [("7d", 7), ("2w", 14), ("0d", 0)])
def test_a_span_of_days_or_weeks_begins_so_long_ago(said: str, days: int) -> None:
    assert moment_given(said, NOW) == NOW - timedelta(days=days)


def test_a_day_begins_at_its_midnight_and_anything_else_is_told() -> None:
    assert moment_given("2026-03-03", NOW).astimezone().strftime("%Y-%m-%d %H:%M") == "2026-03-03 00:00"
    with pytest.raises(UsageError, match="write it as 7d, 2w, 2026-03-12 or yesterday"):
        moment_given("a while", NOW)


def test_a_day_of_summer_begins_at_the_midnight_of_summer_time(in_zone: Callable[[str], None]) -> None:
    in_zone("CET-1CEST,M3.5.0,M10.5.0/3")
    winter = datetime(2026, 1, 12, 12, tzinfo=UTC)
    assert moment_given("2025-07-01", winter) == datetime(2025, 6, 30, 22, tzinfo=UTC)
