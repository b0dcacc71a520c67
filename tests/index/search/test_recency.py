import math
from datetime import date

import pytest

from index.search.recency import age, latest_spoken_of
from index.types import Article, Chunk, Passage

TODAY = date(2026, 6, 1)


def passage(text: str, published: str = "") -> Passage:
    return Passage(Article("a", text, published=published), Chunk("a", "r", 0, 0, len(text), 9), 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It sank on 9 March 2026, and again on March 3rd, 2025.", date(2026, 3, 9)),
        ("Elected in May 2024.", date(2024, 5, 15)),
        ("Built in 1987 and rebuilt in 2004.", date(2004, 7, 1)),
        ("The 2024 cup, won on 30 May 2025.", date(2025, 5, 30)),
        ("Planned for 3 July 2026; agreed on in January 2026.", date(2026, 1, 15)),
        ("This year, 2026, is a good one.", date(2026, 3, 17)),
        ("It opened on 31 February 2021.", date(2021, 7, 2)),
    ],
)
def test_an_undated_text_is_as_new_as_the_latest_day_that_it_speaks_of(text: str, day: date) -> None:
    assert latest_spoken_of(text, TODAY) == day


@pytest.mark.parametrize("text", ["No day.", "It cost £2019.", "2,000 were hurt, 2015% more.", "In 2031."])
def test_what_is_no_year_that_has_begun_says_nothing_of_age(text: str) -> None:
    assert latest_spoken_of(text, TODAY) is None
    assert math.isnan(age(passage(text), TODAY))


def test_the_day_of_publication_goes_before_what_the_text_speaks_of() -> None:
    assert age(passage("Built on 1 May 2026.", "2026-05-20"), TODAY) == 12
    assert age(passage("Built on 1 May 2026."), TODAY) == 31
