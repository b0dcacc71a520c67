"""Numbers, dates and names in one form: what says the same compares the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.faithfulness.normalization import even, numbers
from bot.model.faithfulness.places import place, places


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twenty-five people", "25 people"),
        ("a dozen", "12"),
        ("£1,200,000", "£1.2 million"),
        ("$2.5bn", "$2.5 billion"),
        ("two hundred and five thousand", "205,000"),
        ("half a million", "500,000"),
        ("7 p.m.", "19:00"),
        ("12.30 a.m.", "0:30"),
        ("the third", "3"),
        ("ninety-nine", "99"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert numbers(even(one)) == numbers(even(other)) != set()


@given(st.integers(1, 10**9))
def test_a_figure_is_the_same_with_and_without_commas(number: int) -> None:
    assert numbers(f"{number:,} of them") == numbers(f"{number} of them") == {str(number)}


@given(st.text())
def test_any_text_has_numbers_without_an_error(text: str) -> None:
    assert all(numbers(even(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on Jan. 12", "on January 12"),
        ("12 Sept 2025", "12 September 2025"),
        ("the U.S. Navy", "the US Navy"),
    ],
)
def test_short_forms_are_written_out(one: str, other: str) -> None:
    assert even(one) == other


def test_may_is_no_month_without_a_day() -> None:
    assert even("He may 12 times over") == "He may 12 times over"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("French", "France"),
        ("Britain", "UK"),
        ("Kenyan", "Kenya"),
        ("Japanese", "Japan"),
        ("Dutch", "Netherlands"),
    ],
)
def test_a_country_and_its_people_are_one_place(one: str, other: str) -> None:
    assert place(one) == place(other)


def test_other_countries_are_other_places() -> None:
    assert place("Austria") != place("Australia")
    assert place("Iran") != place("Iraq")
    assert "america" in places("in the United States of old")
