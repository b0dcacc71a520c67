"""What is near: in the graph, beside it, and under a filter; the same whichever way it is found."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from index.catalog.snapshot import Entry
from index.catalog.vector_codec import vector_of
from index.embedding.types import Vectors
from index.query import full_text as query
from index.store import Batch, Index, PreparedArticle
from index.types import Article, Chunk, Filter, Query
from index.vectors import generation
from index.vectors.directory import DirectoryGenerations
from index.vectors.generation import Crowding
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put, vectors_of

FIRST = date(2026, 1, 1)


@pytest.fixture
def large(index: Index) -> Index:
    """A record of two hundred articles, of which a few more are no reason for another directory."""
    put(
        index,
        *(
            article(
                f"a{n}",
                f"Account {n} of pier {n * 7 % 13}, told on day {n % 31}.",
                source=("Wire", "Ledger", "Post")[n % 3],
                published=(FIRST + timedelta(days=n)).isoformat(),
            )
            for n in range(200)
        ),
    )
    return index


def directory(index: Index) -> str:
    with index.catalog.read() as snapshot:
        return snapshot.head().vectors


def fits(one: Article) -> bool:
    return one.source == "Wire" and "2026-04-01" <= one.published <= "2026-06-30"


def found(index: Index, text: str, **given: object) -> list[str]:
    return [passage.article.id for passage in index.search(Query(text, **given))]  # type: ignore[arg-type]


def near_of(index: Index, question: Vectors) -> list[str]:
    """The ids of the ten nearest chunks."""
    with index._reading() as (snapshot, nearest):
        assert nearest is not None
        ids = snapshot.chunk_ids_of(list(rows := nearest.search(snapshot, question, 10, Filter())))
        return [ids[row] for row in rows]


def test_a_small_refresh_leaves_the_graph_as_it_is_and_is_found_at_once(large: Index) -> None:
    before = directory(large)
    put(
        large, article("new", "The lighthouse of Skarrow is painted."), article("a7", "The lighthouse burnt.")
    )
    with large.session() as session:
        session.publish(Batch(removed=("a8",)))
    assert directory(large) == before
    assert set(found(large, "lighthouse")[:2]) == {"new", "a7"}
    assert "a8" not in found(large, "Account 8 of pier 4, told on day 8")
    assert [p.text for p in large.search(Query("a7")) if p.article.id == "a7"] == ["The lighthouse burnt."]
    assert large.verify() == []


def test_what_piles_up_beside_the_graph_is_taken_into_the_next(large: Index) -> None:
    before = directory(large)
    for n in range(20):
        put(large, article(f"a{n}", f"Lighthouse {n} is painted."), article(f"b{n}", f"Lighthouse {n}."))
    assert directory(large) != before
    with large.catalog.read() as snapshot:
        assert snapshot.unindexed_count(snapshot.head().last_indexed_row) < 40
    assert len(found(large, "Lighthouse")) == 8
    assert large.verify() == []


def test_a_revision_that_comes_back_is_found_once(large: Index) -> None:
    before = directory(large)
    old = large.find_article("a7")
    put(large, article("a7", "The lighthouse burnt."))
    put(large, old)
    assert directory(large) == before
    assert found(large, old.text).count("a7") == 1
    assert large.verify() == []
    for n in range(40):
        put(large, article(f"b{n}", f"Lighthouse {n}."))
    assert directory(large) != before
    assert large.verify() == []


def test_what_came_last_and_went_again_makes_room_for_what_is_there(large: Index) -> None:
    new = [article(f"new{n}", f"The lighthouse of Skarrow, account {n}, is painted.") for n in range(20)]
    put(large, *new)
    assert all(id_.startswith("new") for id_ in found(large, "lighthouse of Skarrow painted"))
    with large.session() as session:
        session.publish(Batch(removed=tuple(f"new{n}" for n in range(15))))
    assert {f"new{n}" for n in range(15, 20)} == {
        id_ for id_ in found(large, "lighthouse of Skarrow painted") if id_.startswith("new")
    }


def test_a_filter_finds_what_is_nearest_of_what_it_lets_through(large: Index, words: WordEmbedder) -> None:
    question = "Account of pier 3, told on day 5"
    only = Filter(20260401, 20260630, ("Wire",))
    with large._reading() as (snapshot, nearest):
        assert nearest is not None
        near = nearest.search(snapshot, words.embed_query(question), 10, only)
        rows = snapshot.passages(list(near))
    assert all(fits(one) for one, _ in rows.values())
    with large.catalog.read() as snapshot:
        fitting = [one.id for one in snapshot.articles() if fits(one)]
        every = snapshot.vectors(list(range(1, 300)), only)
    cosines = sorted(
        (float(vector_of(v) @ words.embed_query(question)) for v in every.values()), reverse=True
    )
    assert list(near.values()) == pytest.approx(cosines[:10])
    assert len(every) == len(fitting)


def test_embeddings_that_nothing_needs_are_dropped_and_others_kept(index: Index) -> None:
    def kept() -> int:
        with index.catalog.read() as snapshot:
            return int(snapshot.db.execute("SELECT count(*) FROM embeddings").fetchone()[0])

    put(index, article("a", "The ferry.", title="T"), article("b", "The ferry.", title="T", source="Wire"))
    assert kept() == 1
    with index.session() as session:
        session.embed(["left by a run that was killed"])
    with index.session() as session:
        session.publish(Batch(removed=("a",)))
        session.tidy()
    assert kept() == 1
    with index.session() as session:
        session.publish(Batch(removed=("b",)))
        session.tidy()
    assert kept() == 0
    assert index.verify() == []


def test_another_reader_sees_what_came_beside_its_graph(large: Index, words: WordEmbedder) -> None:
    with Index(large.location, words) as other:
        assert "new" not in found(other, "lighthouse", since=FIRST)
        put(large, article("new", "The lighthouse of Skarrow.", published="2026-02-02"))
        assert found(other, "lighthouse")[0] == "new"
        assert found(other, "lighthouse", since=FIRST)[0] == "new"
        put(large, article("new", "The windmill of Skarrow.", published="2026-02-02"))
        assert not other.search(Query("lighthouse"))[0].lexical
        assert found(other, "windmill", since=FIRST)[0] == "new"


@pytest.fixture
def crowded(index: Index, monkeypatch: pytest.MonkeyPatch) -> Index:
    """A record of reports that differ in a number. How many a graph loses is chance: here any is too many."""
    monkeypatch.setattr(generation, "_HEAVY", -1.0)
    report = (
        "The ferry struck the north pier of Skarrow at nine, and fourteen people were hurt; this is report"
    )
    texts = tuple(f"{report} {n}." for n in range(1500))
    one = article("reports", " ".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    chunks = tuple(
        Chunk(one.id, one.revision, n, starts[n], starts[n] + len(text), 20) for n, text in enumerate(texts)
    )
    with index.session() as session:
        session.embed(texts)
        session.publish(Batch((PreparedArticle(one, chunks, texts),)))
    return index


def test_a_graph_of_what_is_nearly_alike_loses_vectors_and_says_so(
    tmp_path: Path, words: WordEmbedder
) -> None:
    generations = DirectoryGenerations(tmp_path)
    of_numbers = words.embed([f"Account {n} of {n}: {n}." for n in range(1500)])
    spread = np.eye(64, dtype=np.float32)
    for given, crowding in ((of_numbers, Crowding.HEAVY), (spread, Crowding.NONE)):
        entries = [Entry(str(number), vector) for number, vector in enumerate(given)]
        built = generations.open(generations.build("", [], [entries], 1, len(entries)))
        assert (built.count(), built.crowding) == (len(entries), crowding)
        missed = built.count_missed({entry.id: entry.vector for entry in entries[::15]})
        assert missed > 5 if crowding else missed == 0
        built.close()


def test_a_graph_of_what_is_nearly_alike_is_crowded_even_where_it_loses_nothing(tmp_path: Path) -> None:
    generations, chance = DirectoryGenerations(tmp_path), np.random.default_rng(1)
    for spread, crowding in ((0.01, Crowding.HEAVY), (8.0, Crowding.NONE)):
        vectors = 1.0 + spread * chance.standard_normal((150, 64))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        entries = [Entry(str(number), vector) for number, vector in enumerate(vectors)]
        built = generations.open(generations.build("", [], [entries], 1, len(entries)))
        assert built.count_missed({entry.id: entry.vector for entry in entries}) == 0
        assert built.crowding is crowding
        built.close()


def test_reports_that_are_nearly_alike_are_published_and_each_is_found(crowded: Index) -> None:
    with crowded._reading() as (snapshot, nearest):
        assert nearest is not None
        sample = snapshot.sample_vectors(100)
        assert nearest._generation.crowding is Crowding.HEAVY
        for vector in sample.values():
            assert next(iter(nearest.search(snapshot, vector, 10, Filter()).values())) > 0.999
    put(crowded, article("other", "The lighthouse of Skarrow is painted."))
    assert found(crowded, "lighthouse painted")[0] == "other"
    assert crowded.verify() == []


def test_what_a_graph_loses_is_found_by_its_signs(
    large: Index, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = words.embed_query("Account of pier 3, told on day 5")
    whole = near_of(large, question)
    # As in a large record, of which only a part is compared.
    monkeypatch.setattr("index.vectors.nearest._COMPARED_CROWDED", 100)
    monkeypatch.setattr("index.vectors.nearest._COMPARED", 190)
    monkeypatch.setattr("index.vectors.nearest.MOST_HELD", 100)
    monkeypatch.setattr(generation, "_LIGHT", -1.0)
    monkeypatch.setattr(generation, "_HEAVY", 2.0)
    rebuild(large)
    with large._reading() as (_, nearest):
        assert nearest is not None
        graph = nearest._generation
        assert graph is not None
        assert graph.crowding is Crowding.LIGHT
        ask = graph.query
        monkeypatch.setattr(graph, "query", lambda vector, k: ask(vector, k)[1::2])
    assert near_of(large, question) == whole


def test_the_worse_of_two_crowdings_stays() -> None:
    none, light, heavy = Crowding
    assert [none.or_worse(light), heavy.or_worse(light), light.or_worse(none)] == [light, heavy, light]


def test_what_earlier_versions_called_crowded_may_be_heavily_so() -> None:
    assert [Crowding.stated(said) for said in (True, False, None, "light")] == [
        Crowding.HEAVY, Crowding.NONE, Crowding.NONE, Crowding.LIGHT,
    ]  # fmt: skip


def test_damage_is_told_of_a_crowded_graph_too(crowded: Index) -> None:
    with crowded._reading() as (snapshot, nearest):
        assert nearest is not None
        sample = snapshot.sample_vectors(10)
        other = {id_: -vector for id_, vector in sample.items()}
        assert nearest._generation.sample_problems(sample) == ""
        assert (
            "10 of 10 vectors that were tried are not what was stored"
            in nearest._generation.sample_problems(other)
        )
    graph = next(vectors_of(crowded).rglob("data_level0.bin"))
    data = bytearray(graph.read_bytes())
    data[len(data) // 2] ^= 0xFF
    graph.write_bytes(data)
    assert any("damaged" in problem for problem in crowded.verify())


def test_a_quoted_phrase_is_found_where_none_of_the_rare_words_stands(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "_MOST_SCORED", 0)
    monkeypatch.setattr(query, "_FEWEST_READ", 0)
    apart = [article(f"a{n}", f"A deal on fish, and the harbour, told on day {n}.") for n in range(150)]
    long = " ".join(f"Boat {n} came in late and sold nothing." for n in range(40))
    put(
        index,
        *apart,
        *(article(f"b{n}", f"It rained on day {n}.") for n in range(200)),
        article("mayor", "The mayor slept."),
        article("phrase", f"The harbour deal was signed. {long}"),
    )
    asked = 'What did the mayor say of the "harbour deal"?'
    assert found(index, asked, phrases=("harbour deal",)) == ["phrase"]
