"""A gold answer counts however it is spelled, and never as a part of another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.matching import folded, shows


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The “Squid Game” is back.", "squid game"),
        ("It was Musk's idea.", "Musk"),
        ("It was Musk’s idea.", "Musk"),
        ("The U.S. left.", "US"),
        ("some 14,000 people", "14000"),
        ("It rose by 5% in May.", "5 percent"),
        ("It rose by 5 per cent in May.", "5%"),
        ("an assault-style rifle", "assault style"),
        ("Beyoncé sang.", "Beyonce"),
        ("It cost £2.4 million.", "2.4 million"),
        ("She saw   a\nwolf.", "the wolf"),
    ],
)
def test_the_same_words_count_in_any_spelling(text: str, answer: str) -> None:
    assert shows(text, [answer])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("He was thoughtful.", "thought"),
        ("It took 140 days.", "14"),
        ("It was 3.5 metres.", "35"),
        ("It was 3.5 metres.", "5"),
        ("Carter, then Ash", "Ash Carter"),
        ("Nothing", ""),
        ("Nothing", "?!"),
        ("He joined The The.", "The The"),
        ("", "something"),
    ],
)
def test_parts_of_words_and_nothing_at_all_do_not_count(text: str, answer: str) -> None:
    assert not shows(text, [answer])


def test_any_of_several_answers_counts() -> None:
    assert shows("Two hikers saw it.", ["three", "two"])
    assert not shows("Two hikers saw it.", [])


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.from_regex(r"[a-z]{3,8}|[1-9]{1,4}", fullmatch=True), min_size=1), st.data())
def test_every_run_of_words_is_found_in_its_text(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assert shows(", ".join(words).title() + ".", [" ".join(words[start:end])])
