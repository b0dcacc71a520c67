"""Exact duplicates stored once, and near-copies in groups."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.store import Batch, Index
from index.types import Query
from tests.conftest import WordEmbedder, article, put

TEXT = "The ferry struck the north pier in fog. Fourteen people were injured, the harbour office said."


def remove(index: Index, *ids: str) -> None:
    with index.session() as session:
        session.publish(Batch(removed=ids))


def stored(index: Index) -> dict[str, list[str]]:
    with index.catalog.read() as snapshot:
        return {one.id: [copy.id for copy in snapshot.copies(one)] for one in snapshot.articles()}


def test_articles_that_say_the_same_are_stored_once_with_all_their_links(index: Index) -> None:
    put(index, article("a", TEXT, title="Ferry", url="https://wire.example/a"))
    put(index, article("b", TEXT, title="Ferry", url="https://wire.example/b", authors=("Ada Fenwick",)))
    assert stored(index) == {"a": ["b"]}
    (passage,) = index.search(Query("ferry"))
    assert [copy.url for copy in passage.copies] == ["https://wire.example/b"]
    assert index.find_article("b").authors == ("Ada Fenwick",)
    assert index.find_article("b").text == TEXT
    assert index.verify() == []


def test_what_filters_could_tell_apart_is_no_duplicate(index: Index) -> None:
    put(index, article("a", TEXT, title="Ferry", source="The Wire", published="2026-03-03"))
    put(index, article("b", TEXT, title="Ferry", source="The Ledger", published="2026-03-03"))
    put(index, article("c", TEXT, title="Ferry", source="The Wire", published="2026-03-04"))
    assert stored(index) == {"a": [], "b": [], "c": []}


def test_a_copy_takes_the_place_of_the_stored_one_and_nothing_is_embedded(
    index: Index, words: WordEmbedder
) -> None:
    for id_ in "abc":
        put(index, article(id_, TEXT, title="Ferry", url=f"https://wire.example/{id_}"))
    before = len(words.embedded)
    remove(index, "a")
    assert stored(index) == {"b": ["c"]}
    assert index.search(Query("ferry"))[0].article.url == "https://wire.example/b"
    put(index, article("b", "The bridge is closed.", title="Bridge"))
    assert stored(index) == {"b": [], "c": []}
    assert len(words.embedded) == before + 1
    remove(index, "c")
    assert stored(index) == {"b": []}
    assert index.verify() == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["one", "two", ""])), max_size=8))
def test_whatever_comes_and_goes_every_article_keeps_its_own_words(
    index: Index, steps: list[tuple[str, str]]
) -> None:
    with index.catalog.read() as snapshot:
        expected = {id_: index.find_article(id_).text for id_ in snapshot.all_revisions()}
    for id_, text in steps:
        if text:
            put(
                index,
                article(id_, f"Account {text} of the ferry.", title="T", url=f"https://w.example/{id_}"),
            )
            expected[id_] = f"Account {text} of the ferry."
        else:
            remove(index, id_)
            expected.pop(id_, None)
    with index.catalog.read() as snapshot:
        found = {id_: snapshot.article(id_) for id_ in snapshot.all_revisions()}
        assert len(set(expected.values())) == snapshot.count()[0]
    assert {id_: one.text for id_, one in found.items() if one} == expected
    assert all(one.id == id_ and one.url.endswith(id_) for id_, one in found.items() if one)


def retold(text: str, share: float, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(
        "other" + chr(97 + n // 26) + chr(97 + n % 26) if chance.random() < share else word
        for n, word in enumerate(text.split())
    )


# Words without digits: another number would make an account of its own.
STORY = " ".join("word" + chr(97 + n // 26) + chr(97 + n % 26) for n in range(120))


def test_near_copies_are_one_story_and_take_one_place(index: Index) -> None:
    put(index, article("a", STORY, source="The Wire"))
    put(index, article("b", retold(STORY, 0.1, 1), source="The Ledger"))
    put(index, article("c", retold(STORY, 0.6, 2), source="The Courier"))
    with index.catalog.read() as snapshot:
        stories = snapshot.stories(["a", "b", "c"])
    assert set(stories) == {"a", "b"}
    assert len(set(stories.values())) == 1
    passages = index.search(Query("wordbn wordbo wordbp"))
    first = next(passage for passage in passages if passage.article.id in "ab")
    assert {copy.id for copy in first.copies} | {first.article.id} == {"a", "b"}


def test_a_rebuild_groups_the_same(index: Index) -> None:
    from ingest.pipeline import rebuild

    put(index, article("a", STORY), article("b", retold(STORY, 0.1, 1)), article("c", STORY, title="About a"))
    rebuild(index)
    with index.catalog.read() as snapshot:
        assert set(snapshot.stories(["a", "b", "c"])) == {"a", "b"}
    assert stored(index) == {"a": ["c"], "b": []}
    assert index.verify() == []
