"""Other spellings of words that the record does not hold."""

import pytest

from index.query.spellings import other_spellings
from index.store import Index
from index.types import Query
from tests.conftest import article, put

HELD = {"sørlie", "muller", "o", "neill", "d", "amico", "e", "1043", "bridge", "straße"}


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        (["sorlie"], ["sørlie"]),
        (["mueller"], ["muller"]),
        (["strasse"], ["straße"]),
        (["oneill"], ["o neill"]),
        (["damico"], ["d amico"]),
        (["e1043"], ["e 1043"]),
        (["bridge"], []),
        (["unheard"], []),
    ],
)
def test_a_name_or_code_is_found_as_the_record_spells_it(typed: list[str], held: list[str]) -> None:
    assert other_spellings(typed, lambda word: int(word in HELD)) == held


def test_a_name_typed_on_a_plain_keyboard_finds_its_article(index: Index) -> None:
    put(index, article("a", "Astrid Bøe spoke."), *(article(f"b{n}", f"Nobody spoke {n}.") for n in range(9)))
    assert index.search(Query("Boe"))[0].article.id == "a"
    assert index.search(Query("Boe"))[0].lexical > 0


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        (["the", "state", "s", "capital"], []),
        (["a", "new", "ferry"], []),
        (["to", "a", "harbour"], []),
        (["o", "neill"], ["oneill"]),
        (["plan", "b"], ["planb"]),
    ],
)
def test_a_letter_joins_a_word_where_it_is_no_word_itself(typed: list[str], held: list[str]) -> None:
    known = {"states", "anew", "toa", "aharbour", "oneill", "planb"}
    assert other_spellings(typed, lambda word: int(word in known or word in typed)) == held
