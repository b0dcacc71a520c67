"""The words by which questions and sentences are compared."""

import pytest

from bot.extractive.terms import (
    full_names,
    in_range,
    newest_version,
    present,
    specific,
    telling_spans,
    terms,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sørlie", "Sorlie"),
        ("Müller", "Mueller"),
        ("O’Neill's", "ONeill"),
        ("E-1043", "e1043"),
        ("12,408", "12408"),
        ("0800 555 0142", "0800-555-0142"),
    ],
)
def test_a_name_or_a_code_is_one_word_however_it_is_typed(one: str, other: str) -> None:
    assert terms(one) == terms(other)
    assert len(terms(one)) == 1


def test_a_version_holds_what_it_is_a_version_of_and_no_other() -> None:
    assert "4.2" in present("Fernpost 4.2.0")
    assert not {"4.3.0", "4.2"} & present("Fernpost 5.0.0, 14.2")


def test_a_number_is_the_same_in_words_and_as_an_ordinal() -> None:
    assert terms("third") == terms("3rd") == terms("three") == terms("3")
    assert terms("seconds") != terms("second") == terms("2nd")


def test_a_quarter_is_the_same_in_words_and_in_short() -> None:
    assert "q3" in specific("revenue in the third quarter") & specific("Q3 revenue")


def test_what_names_one_thing_is_specific_even_where_a_question_begins_with_it() -> None:
    assert specific("E-1043") == {"e1043"}
    assert specific("Who is Astrid Boe?") == set(terms("Astrid Boe"))
    assert specific("Which ferry sank?") == frozenset()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who designed Calder Bridge?", ["designed"]),
        ("What does E-1043 on the kettle's lid mean?", ["kettle", "lid", "mean"]),
        ("Is it Astrid Boe?", ["Astrid", "Boe"]),
        ("Who is it?", ["Who", "is", "it"]),
        ("???", []),
    ],
)
def test_a_question_without_its_names_says_what_is_asked(question: str, said: list[str]) -> None:
    assert [question[a:b] for a, b in telling_spans(question, specific(question))] == said


@pytest.mark.parametrize(
    ("term", "text", "held"),
    [
        ("kx31002", "Affected are the numbers KX-30450 to KX-31990.", True),
        ("kx32002", "Affected are the numbers KX-30450 to KX-31990.", False),
        ("rv31002", "Affected are the numbers KX-30450 to KX-31990.", False),
        ("1995", "From 1989 to 2003 the house was led by Ann Reyes.", True),
        ("2010", "From 1989 to 2003 Ann Reyes led it; then came Bo Lund, who stayed until 2016.", True),
        ("1995", "It opened in 1989. To 2003 visitors it was dear.", False),
        ("300", "The price rose from 20 to 5000.", False),
        ("reyes", "From 1989 to 2003", False),
    ],
)
def test_a_number_lies_in_a_range_of_its_own_series(term: str, text: str, held: bool) -> None:
    assert in_range(term, text) is held


def test_the_newest_version_is_the_highest_and_not_the_longest_number() -> None:
    titles = {"Gull 2.9", "Gull 2.10", "Heron 7.1", "What Gull users say"}
    asked = "What is new in the latest version of Gull?"
    assert newest_version(asked, specific(asked), titles) == "2.10"
    assert newest_version("What is new in Gull?", specific(asked), titles) == ""
    assert newest_version(asked, specific(asked), {"Heron 7.1"}) == ""
    # A title that nobody could count by.
    assert newest_version(asked, specific(asked), {f"Gull 3.{'9' * 5000}", "Gull 2.9"}) == "2.9"


def test_a_name_of_several_words_is_kept_together() -> None:
    assert full_names("What did Ann Reyes tell Bo?") == (tuple(terms("Ann Reyes")),)
