"""Moments in words, as the clock of this machine shows them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from index.dates import moment_in_words


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-03-12T10:14:00+00:00", "12 March 2026 11:14"),
        ("2026-07-11T22:30:00+00:00", "today 00:30"),
        ("2026-07-11T20:30:00+00:00", "yesterday 22:30"),
        ("", ""),
    ],
)
def test_a_moment_is_told_by_the_clock_of_its_day(
    moment: str, said: str, in_zone: Callable[[str], None]
) -> None:
    in_zone("CET-1CEST,M3.5.0,M10.5.0/3")
    assert moment_in_words(moment, datetime(2026, 7, 12, 10, tzinfo=UTC)) == said
