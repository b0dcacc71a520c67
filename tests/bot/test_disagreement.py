"""Where outlets differ, and where they only seem to."""

import json
from pathlib import Path

import pytest

from bot.disagreement import disagreement, told_differently
from bot.types import Citation, Quote, Sentence
from index.types import Article
from tests.conftest import Run

HURT = "How many people were hurt when the Marlin sank?"


def told(number: int, quote: str, source: str, day: str) -> Sentence:
    article = Article(f"a{number}", quote, source=source, published=day)
    return Sentence(quote, (Citation(number, Quote(article, 0, len(quote), quote)),))


def sides(question: str, *accounts: tuple[str, str, str]) -> list[tuple[str, list[int]]]:
    sentences = [told(number, *account) for number, account in enumerate(accounts, 1)]
    found = disagreement(question, sentences)
    return [(side.value, [one.n for one in side.citations]) for side in found.sides] if found else []


def test_the_sides_of_a_disagreement_are_told_the_oldest_first() -> None:
    found = sides(
        HURT,
        ("17 people were hurt when the Marlin sank, three of them badly.", "Courier", "2026-03-13"),
        ("Police said 14 people were hurt when the Marlin sank on 9 March.", "Herald", "2026-03-12"),
        ("The Marlin sank and seventeen people were hurt.", "Wire", "2026-03-13"),
    )
    assert found == [("14", [2]), ("17", [1, 3])]


@pytest.mark.parametrize(
    ("one", "other", "source", "day"),
    [
        ("17 people were hurt.", "Seventeen people were hurt.", "Courier", "2026-03-12"),
        ("17 people were hurt.", "At least 14 people were hurt.", "Courier", "2026-03-12"),
        (
            "17 people were hurt.",
            "Police counted more than 14 people who were hurt.",
            "Courier",
            "2026-03-12",
        ),
        ("17 people were hurt.", "14 people were hurt.", "Herald", "2026-03-12"),
        ("17 people were hurt.", "14 people were hurt.", "", "2026-03-12"),
        ("17 people were hurt.", "14 people were hurt.", "Courier", "2026-03-20"),
        ("17 people were hurt.", "14 people were hurt.", "Courier", ""),
        ("17 people were hurt.", "30% of the people were hurt.", "Courier", "2026-03-12"),
        ("17 people were hurt.", "In 2024 people were hurt on 9 March.", "Courier", "2026-03-12"),
        ("17 people were hurt.", "On 31 October 2011, 14 people were hurt.", "Courier", "2026-03-12"),
        ("17 people were hurt on Monday.", "14 people were hurt on 2 March.", "Courier", "2026-03-12"),
    ],
)
def test_accounts_that_may_both_be_so_are_no_disagreement(
    one: str, other: str, source: str, day: str
) -> None:
    assert sides(HURT, (one, "Herald", "2026-03-12"), (other, source, day)) == []


def test_days_are_compared_and_not_their_words() -> None:
    question = "When did the Marlin sink?"
    monday = ("The Marlin sank on Monday.", "Herald", "2026-03-12")
    assert sides(question, monday, ("The Marlin sank on 9 March.", "Courier", "2026-03-12")) == []
    assert sides(question, monday, ("The Marlin sank on 10 March.", "Courier", "2026-03-12")) == [
        ("9 March", [1]),
        ("10 March", [2]),
    ]


def test_a_number_that_begins_a_sentence_is_told_as_within_one() -> None:
    herald = ("Three people were hurt when the Marlin sank.", "Herald", "2026-03-12")
    courier = ("Twenty-Two people were hurt when the Marlin sank.", "Courier", "2026-03-13")
    assert [value for value, _ in sides(HURT, herald, courier)] == ["three", "twenty-two"]
    wire = ("The Marlin sank on 10 March.", "Wire", "2026-03-12")
    monday = ("The Marlin sank on Monday.", "Herald", "2026-03-12")
    assert [value for value, _ in sides("When did the Marlin sink?", monday, wire)] == ["9 March", "10 March"]


def differ(one: str, other: str) -> bool:
    quotes = told(1, one, "Herald", "2026-03-12"), told(2, other, "Courier", "2026-03-12")
    return told_differently([told.citations[0] for told in quotes]) is not None


@pytest.mark.parametrize(("one", "other"), [
    ("Rescuers found a 31-year-old man in Orrinmouth.", "The 23-year-old man came to Vessary by ferry."),
    ("A 31-year-old man and a 23-year-old man were saved.", "A 23-year-old man was saved."),
    ("The ferry leaves at 3 p.m. for Vessary.", "The ferry leaves at 6 p.m. for Vessary."),
    ("The ferry leaves at 12.30 p.m. for Vessary.", "The ferry leaves at 6.30 pm for Vessary."),
])  # fmt: skip
def test_ages_of_two_people_and_times_of_day_are_no_disagreement(one: str, other: str) -> None:
    assert not differ(one, other)


@pytest.mark.parametrize(("one", "other"), [
    ("The ferry hurt 31 men on the pier of Orrinmouth.", "In Orrinmouth 23 men on the pier fell."),
    ("The ferry hurt 31 men in the harbour.", "On the pier of Orrinmouth 23 men in the harbour fell."),
    ("Rescuers found a 31-year-old man in Orrinmouth.", "The 30-year-old man was found in Orrinmouth."),
])  # fmt: skip
def test_two_counts_of_one_matter_are_a_disagreement(one: str, other: str) -> None:
    assert differ(one, other)


def test_sums_of_money_are_compared_with_their_scale() -> None:
    question = "How much did the pier cost?"
    herald = ("The pier cost £2.5 million.", "Herald", "2026-03-12")
    assert sides(question, herald, ("The pier cost £2,500,000.", "Courier", "2026-03-12")) == []
    assert sides(question, herald, ("The pier cost £3 million.", "Courier", "2026-03-12")) == [
        ("£2.5 million", [1]),
        ("£3 million", [2]),
    ]


def test_an_answer_says_in_one_line_before_the_quotes_that_outlets_differ(
    samples: Path, onrecord: Run
) -> None:
    asked = (
        "ask",
        "How many people were injured when the ferry struck the north pier?",
        "--home",
        str(samples),
    )
    assert onrecord(*asked).out.startswith("14 or 17: outlets differ.\n")
    answer = json.loads(onrecord(*asked, "--json").out)
    by_number = {one["n"]: one["source"] for one in answer["citations"]}
    assert [
        (side["value"], [by_number[n] for n in side["citations"]]) for side in answer["disagreement"]["sides"]
    ] == [("14", ["Northshore Wire"]), ("17", ["The Vessary Ledger"])]


def test_an_answer_on_which_nobody_differs_says_nothing_of_it(samples: Path, onrecord: Run) -> None:
    asked = "ask", "Who operates the ferry?", "--home", str(samples), "--json"
    assert "disagreement" not in json.loads(onrecord(*asked).out)
