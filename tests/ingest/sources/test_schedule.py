"""When sources are due, whatever the clock does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ingest.sources.schedule import Schedule, Timetable

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_a_clock_that_is_set_back_delays_no_source(in_zone: Callable[[str], None]) -> None:
    in_zone("UTC")
    times = Timetable({"hourly": Schedule(3600), "daily": Schedule(at=13 * 60)}, NOON)
    assert times.next(NOON)[1] <= 0
    times.ran("hourly", NOON)
    times.ran("daily", NOON)
    assert times.next(NOON + timedelta(minutes=30)) == ("hourly", 1800)
    # A day back: what was due in half an hour still is, and the other at its time of that day.
    back = NOON + timedelta(minutes=30) - timedelta(days=1)
    assert times.next(back) == ("hourly", 1800)
    assert times.due["daily"] == NOON - timedelta(days=1) + timedelta(hours=1)


def test_a_clock_that_is_set_back_during_a_run_delays_nothing_either() -> None:
    times = Timetable({"hourly": Schedule(3600)}, NOON)
    times.next(NOON)
    times.ran("hourly", NOON)
    assert times.next(NOON - timedelta(days=30))[1] == 3600


@pytest.mark.parametrize(
    ("begun", "due"),
    [
        (datetime(2026, 3, 28, 6, tzinfo=UTC), datetime(2026, 3, 29, 4, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 5, tzinfo=UTC), datetime(2026, 10, 25, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_that_of_the_clock_when_summer_time_begins_and_ends(
    begun: datetime, due: datetime, in_zone: Callable[[str], None]
) -> None:
    in_zone("CET-1CEST,M3.5.0,M10.5.0/3")
    assert Schedule(at=6 * 60 + 30).after(begun) == due
