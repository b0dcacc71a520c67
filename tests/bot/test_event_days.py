"""Days that texts name, against the day of publication."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.event_days import days_named
from index.dates import long_day

# A Thursday.
PUBLISHED = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It sank on Monday night.", "2026-03-09"),
        ("It sank on Thursday.", "2026-03-12"),
        ("It sank last Thursday.", "2026-03-05"),
        ("The council will meet on Friday.", "2026-03-13"),
        ("The council will meet in May, its clerk said on Monday.", "2026-03-09"),
        ("In March, it said, the council will meet on Friday.", "2026-03-13"),
        ("The council meets next Monday.", "2026-03-16"),
        ("It sank yesterday.", "2026-03-11"),
        ("It sank this morning.", "2026-03-12"),
        ("It opens tomorrow.", "2026-03-13"),
        ("It sank three days ago.", "2026-03-09"),
        ("It sank on 9 March.", "2026-03-09"),
        ("It sank on March 9th, 1987.", "1987-03-09"),
        ("It sank on the 9th of Sept. 2025.", "2025-09-09"),
        ("It sank on 2026-03-09.", "2026-03-09"),
        ("It sank on 28 December.", "2025-12-28"),
        ("The service begins on 1 May.", "2026-05-01"),
        ("It sank on Monday, 2 March, after a fire.", "2026-03-02"),
        ("It sank on Tuesday the 3rd of March.", "2026-03-03"),
        ("Monday: the ferry sinks off Hallam.", "2026-03-09"),
        ("It sailed to Hallam on Monday to load salt.", "2026-03-09"),
        ("The pier is expected to reopen on 15 September.", "2026-09-15"),
        ("The report is written by 30 October.", "2026-10-30"),
    ],
)
def test_a_day_is_resolved_against_the_day_of_publication(text: str, day: str) -> None:
    assert [str(one.day) for one in days_named(text, PUBLISHED)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "It may 5 times fail.",
        "It sells well on Sundays.",
        "In March 2026 it sank.",
        "The pool is open Monday to Friday.",
        "The pool is open Tuesday–Thursday and between Saturday and Sunday.",
        "The crew was at sea from Monday until Wednesday.",
        "The choir sings every Monday and Thursday, and each second Friday.",
        "The choir sings on Monday evenings.",
        "The choir sings on the first Monday of the month.",
        "Monday: 9 am to 5 pm",
        "- Tuesday 10:00–16:00",
        "Sunday closed",
        "On 31 February nothing happens.",
        "Flight 12 Marched on.",
        "",
    ],
)
def test_what_is_no_single_day_is_none(text: str) -> None:
    assert [one.day for one in days_named(text, PUBLISHED)] == []


@given(st.dates(date(1900, 1, 2), date(2099, 12, 30)), st.integers(-60, 60))
def test_a_day_that_is_written_out_is_found_where_it_stands(day: date, away: int) -> None:
    published = min(max(day, date(1901, 1, 1)), date(2098, 1, 1)) + timedelta(days=away)
    text = f"On {long_day(day)} the ferry sank."
    (found,) = days_named(text, published)
    assert found.day == day
    assert found.explicit
    assert text[found.start : found.end] == long_day(day)


@given(st.text(max_size=80), st.dates())
def test_any_text_of_any_day_is_read(text: str, published: date) -> None:
    days_named(f"{text} on Monday, yesterday, two days ago, 29 February", published)
