"""Copies that give another name or number are accounts of their own."""

import pytest

from index.search.accounts import says_another_thing
from index.store import Index
from index.types import Query
from tests.conftest import article, put

STORY = (
    "The ferry Lady Wrenna struck the north pier in thick fog on Tuesday morning, and Captain Orme said that "
    "17 people were hurt before the crew could bring the passengers ashore."
)


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (STORY.replace("17", "14"), True),
        (STORY.replace("Captain Orme", "Captain Lisle"), True),
        (STORY.replace("17 people", "more than 30 people"), True),
        (STORY.replace("thick", "dense"), False),
        (f"Orrinmouth, Tuesday. {STORY} Reported by Ana Lisle.", False),
        (STORY.replace(" on Tuesday morning", ""), False),
        (STORY, False),
    ],
)
def test_near_copies_differ_where_one_has_another_value_in_the_same_place(other: str, differs: bool) -> None:
    assert says_another_thing(STORY, other) is differs
    assert says_another_thing(other, STORY) is differs


def test_an_altered_copy_does_not_take_the_place_of_what_it_alters(index: Index) -> None:
    put(
        index,
        article("honest", STORY, source="Ledger"),
        *(article(f"bad{n}", f"{STORY.replace('17', '3')} Told {n}.", source=f"Bad {n}") for n in range(5)),
    )
    passages = index.search(Query("How many people were hurt when the ferry struck the pier?"))
    assert len(passages) == 2
    told = [{passage.article.source, *(copy.source for copy in passage.copies)} for passage in passages]
    assert {"Ledger"} in told
