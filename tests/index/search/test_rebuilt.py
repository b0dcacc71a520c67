"""Answers depend on the articles alone: not on rows, nor on the graph that Chroma happened to make."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from index.catalog.dated_sample import dated_sample
from index.store import Batch, Index
from index.types import Article, Filter, Query
from index.vectors import nearest
from index.vectors.held_vectors import HeldVectors
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put

_PLACES = ("pier", "bridge", "library", "harbour", "school", "market")


def alike(number: int, chance: random.Random) -> Article:
    """A report that is nearly like every other of its place."""
    text = f"Councillor {chance.randrange(10**4)} spoke of the {_PLACES[number % 6]}, account {number}."
    day = date(2026, 1, 1) + timedelta(days=number % 90)
    return article(f"a{number}", text, title="The council", published=day.isoformat())


def crowd(index: Index, count: int) -> None:
    """Many reports, and then some of them anew, so that their chunks have later rows."""
    chance = random.Random(4)
    put(index, *(alike(number, chance) for number in range(count)))
    put(index, *(alike(number, chance) for number in range(0, count, 9)))


def found(index: Index) -> list[list[tuple[str, float]]]:
    questions = [f"What was said of the {place}?" for place in _PLACES] + ["councillor 7 of account 3"]
    return [
        [(passage.chunk.id, passage.score) for passage in index.search(Query(question, now=date(2026, 3, 1)))]
        for question in questions
    ]


def test_a_rebuild_changes_no_answer_where_hundreds_are_nearly_alike(index: Index) -> None:
    crowd(index, 200)
    before = found(index)
    for _ in range(2):
        rebuild(index)
        assert found(index) == before


def test_the_order_in_which_articles_came_changes_no_answer(index: Index, tmp_path: Path) -> None:
    crowd(index, 200)
    with index.catalog.read() as snapshot:
        articles = sorted(snapshot.articles(), key=lambda one: one.text)
    Index.create(tmp_path / "other")
    with Index(tmp_path / "other", index.embedder) as other:
        put(other, *articles)
        assert found(other) == found(index)


@pytest.fixture
def read_by_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small record be searched as a large one is."""
    monkeypatch.setattr(nearest, "_COMPARED_CROWDED", 16)
    monkeypatch.setattr(nearest, "_COMPARED", 16)


def test_a_graph_gives_what_is_nearest_and_of_what_ties_the_first_ids(
    index: Index, words: WordEmbedder, read_by_graph: None
) -> None:
    chance = random.Random(2)
    texts = [" ".join(f"word{chance.randrange(400)}" for _ in range(8)) for _ in range(60)]
    # Four outlets print each: the ten nearest end within one of these groups.
    put(index, *(article(f"a{n:03}", texts[n % 60], source=f"Outlet {n // 60}") for n in range(240)))
    put(
        index,
        *(article(f"a{n:03}", f"{texts[n % 60]} ", source=f"Outlet {n // 60}") for n in range(0, 240, 7)),
    )
    question = words.embed_query(f"{texts[3]} {texts[4]} {texts[5]}")

    def nearest_ids() -> list[str]:
        with index._reading() as (snapshot, vectors):
            assert vectors is not None
            rows = vectors.search(snapshot, question, 10, Filter())
            ids = snapshot.chunk_ids_of(list(rows))
            return [ids[row] for row in rows]

    before = nearest_ids()
    with index.catalog.read() as snapshot:
        rows = snapshot.rows(sorted(snapshot.chunk_ids()))
        cosines = nearest.cosines(snapshot.vectors(list(rows.values())), question)
    assert before == sorted(rows, key=lambda id_: (-cosines[rows[id_]], id_))[:10]
    rebuild(index)
    assert nearest_ids() == before


def test_the_sample_of_days_is_the_same_after_any_number_of_rebuilds_and_refreshes(index: Index) -> None:
    chance = random.Random(1)
    put(index, *(alike(number, chance) for number in range(120)))
    for _ in range(3):
        put(index, *(alike(number, chance) for number in range(0, 120, 2)))

    def sample(most: int) -> tuple[tuple[int, int, bytes], ...]:
        with index.catalog.read() as snapshot:
            return dated_sample(snapshot, most)

    before = sample(600), sample(40)
    assert [len(one) for one in before] == [120, 40]
    rebuild(index)
    assert (sample(600), sample(40)) == before


def test_the_sample_of_days_takes_several_chunks_of_long_articles_where_there_are_few(index: Index) -> None:
    long = " ".join(f"Day {n} was quiet at the pier, and nothing of note was said there." for n in range(200))
    put(
        index,
        article("a", long, published="2026-01-01"),
        article("b", long.replace("pier", "mill"), published="2026-02-01"),
        article("c", long.replace("pier", "dam")),
    )
    with index.catalog.read() as snapshot:
        sampled = dated_sample(snapshot, 30)
        assert sorted({day for day, _, _ in sampled}) == [20260101, 20260201]
        assert len(sampled) == 20
        assert [day for day, _, _ in dated_sample(snapshot, 1)] == [20260101]


def test_an_empty_record_has_no_sample(index: Index) -> None:
    with index.catalog.read() as snapshot:
        assert dated_sample(snapshot, 600) == ()


def test_held_vectors_are_forgotten_before_they_are_too_many(
    index: Index, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors.held_vectors.MOST_HELD", 20)
    crowd(index, 60)
    held, question = HeldVectors(), words.embed_query("pier")
    with index.catalog.read() as snapshot:
        rows = sorted(snapshot.rows(sorted(snapshot.chunk_ids())).values())
        exact = nearest.cosines(snapshot.vectors(rows), question)
        for start in (0, 10, 5, 20, 0):
            asked = [*rows[start : start + 15], 10**6]
            given = held.cosines(snapshot, asked, question)
            assert given[:-1].tolist() == pytest.approx([exact[row] for row in asked[:-1]], abs=1e-6)
            assert given[-1] < -1
            assert len(held._places) <= 20


def test_what_went_is_not_found_beside_a_graph(index: Index, words: WordEmbedder) -> None:
    crowd(index, 60)
    index.search(Query("pier"))
    with index.session() as session:
        session.publish(Batch(removed=tuple(f"a{n}" for n in range(0, 60, 6))))
    assert all("pier" not in passage.text for passage in index.search(Query("pier")))
