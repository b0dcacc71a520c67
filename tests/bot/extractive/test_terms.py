"""The words by which questions and sentences are compared."""

import pytest

from bot.extractive.terms import present, specific, terms, without


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


def test_a_quarter_is_the_same_in_words_and_in_short() -> None:
    assert "q3" in specific("revenue in the third quarter") & specific("Q3 revenue")


def test_what_names_one_thing_is_specific_even_where_a_question_begins_with_it() -> None:
    assert specific("E-1043") == {"e1043"}
    assert specific("Who is Astrid Boe?") == set(terms("Astrid Boe"))
    assert specific("Which ferry sank?") == frozenset()


def test_a_question_without_its_names_says_what_is_asked() -> None:
    assert without("Who designed Calder Bridge?", specific("Who designed Calder Bridge?")) == "Who designed ?"
    assert without("Astrid Boe", frozenset(terms("Astrid Boe"))) == "Astrid Boe"
