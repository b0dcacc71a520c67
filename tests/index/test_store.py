"""The record as readers and writers meet it."""

import json
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from index.catalog.location import RecordLocation
from index.errors import (
    ModelMismatch,
    RecordBusy,
    RecordError,
    UsageError,
)
from index.store import Batch, Index
from index.types import Query, Status
from index.vectors.generation import Generation
from ingest.pipeline import prepare
from ingest.pipeline import rebuild as rebuild_index
from tests.conftest import WordEmbedder, article, put, vectors_of

FERRY = article(
    "ferry", "The ferry struck the pier. Fourteen people were hurt.", source="Wire", published="2026-03-03"
)
BRIDGE = article("bridge", "The bridge will cost two million.", source="Ledger", published="2026-04-02")


def found(index: Index, text: str, **given: object) -> list[str]:
    return [passage.article.id for passage in index.search(Query(text, **given))]  # type: ignore[arg-type]


def test_an_empty_record_finds_nothing_and_is_whole(index: Index) -> None:
    assert found(index, "ferry") == []
    assert index.verify() == []


def test_what_was_put_is_found_and_its_passage_is_cut_from_the_stored_text(index: Index) -> None:
    put(index, FERRY, BRIDGE)
    best = index.search(Query("Who was hurt on the ferry?"))[0]
    assert best.article == FERRY
    assert best.text == FERRY.text[best.chunk.start : best.chunk.end]
    assert best.rank == 1
    assert index.verify() == []


def test_a_changed_article_replaces_its_revision_everywhere(index: Index) -> None:
    put(index, FERRY)
    changed = article("ferry", "The ferry struck the pier. Seventeen people were hurt.", source="Wire")
    put(index, changed)
    assert [p.article for p in index.search(Query("ferry hurt"))] == [changed]
    assert not index.search(Query("Fourteen"))[0].lexical
    assert index.verify() == []


def test_metadata_alone_can_change_without_embedding_again(index: Index, words: WordEmbedder) -> None:
    put(index, FERRY)
    before = len(words.embedded)
    put(
        index,
        article("ferry", FERRY.text, source="Wire", status=Status.CORRECTED, note="A number was wrong."),
    )
    assert len(words.embedded) == before
    assert index.search(Query("ferry"))[0].article.status is Status.CORRECTED


def test_a_removed_article_leaves_no_word_behind(index: Index, home: Path) -> None:
    put(index, FERRY, BRIDGE)
    with index.session() as session:
        session.publish(Batch(removed=("ferry",)))
        session.tidy()
    assert "ferry" not in found(index, "ferry pier hurt")
    assert index.verify() == []
    with index.catalog.read() as snapshot:
        assert snapshot.full_text.document_frequencies(["ferri"]) == {"ferri": 0}
        assert snapshot.db.execute("SELECT count(*) FROM embeddings").fetchone()[0] == 1


def test_document_frequencies_of_thousands_of_terms_are_those_of_each_alone(index: Index) -> None:
    put(index, FERRY, BRIDGE)
    with index.catalog.read() as snapshot:
        terms = ["ferri", "pier", "hurt", *(f"unknown{n}" for n in range(5_000))]
        frequencies = snapshot.full_text.document_frequencies
        found = frequencies(terms)
        assert found == {term: frequencies([term])[term] for term in terms}
        assert found["ferri"] == 1


def test_an_article_with_a_nul_character_is_refused_whole(index: Index) -> None:
    with pytest.raises(UsageError, match="The article odd holds a NUL character"):
        put(index, FERRY, article("odd", "Fog\x00 and more."))
    assert not found(index, "ferry pier hurt")
    assert index.verify() == []


def test_days_and_outlets_narrow_a_search(index: Index) -> None:
    undated = article("rumour", "The ferry and the bridge.")
    put(index, FERRY, BRIDGE, undated)
    assert set(found(index, "the ferry and the bridge")) == {"ferry", "bridge", "rumour"}
    assert found(index, "the ferry and the bridge", since=date(2026, 4, 1)) == ["bridge"]
    assert found(index, "the ferry and the bridge", until=date(2026, 3, 3)) == ["ferry"]
    assert found(index, "the ferry and the bridge", sources=("ledger",)) == ["bridge"]
    with pytest.raises(UsageError, match="No article comes from 'Gazette'; on record are: Ledger, Wire"):
        found(index, "ferry", sources=("Gazette",))
    with pytest.raises(UsageError, match="the first day is after the last"):
        found(index, "ferry", since=date(2026, 4, 1), until=date(2026, 3, 1))


def test_no_article_fills_the_list_while_others_fit(index: Index) -> None:
    long = article(
        "long", "\n\n".join(f"The pier was closed on day {n}. " + "Ships waited. " * 20 for n in range(12))
    )
    put(index, long, *(article(f"a{n}", f"The pier was closed, says account {n}.") for n in range(6)))
    ids = found(index, "pier closed")
    assert len(ids) == 8
    assert ids.count("long") <= 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"), (" \n ", "is empty"), ("x" * 100_000, "is 100,000 characters long"),
        ("x " * 150_000, "characters long"), ("*", "has no word in it"), ("\x00", "has no word in it"),
        ("🛳" * 50, "has no word in it"), ("' -- ;", "has no word in it"),
        ("Who voted \udcff against it?", "UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_before_it_is_read(index: Index, text: str, said: str) -> None:
    put(index, article("reed", "Nalo Reed spoke on Monday."))
    for look in (index.search, index.parse_question):
        with pytest.raises(UsageError, match=f"The question .*{said}"):
            look(Query(text))


@pytest.mark.parametrize(
    "text", ['a "', "a OR", "NEAR(", "title:x", "a *", "a\x00", "🛳 a" * 50, "a' -- ;", "^a + b"]
)
def test_no_question_is_taken_for_search_syntax(index: Index, text: str) -> None:
    put(index, FERRY)
    index.search(Query(text))


def test_an_article_is_found_by_the_beginning_of_its_id(index: Index) -> None:
    put(index, article("aa1", "One."), article("aa2", "Two."), article("b", "Three."))
    assert index.find_article("b").id == "b"
    with pytest.raises(UsageError, match="Several articles begin with 'aa': aa1, aa2"):
        index.find_article("aa")
    with pytest.raises(UsageError, match="No article has the id '%'"):
        index.find_article("%")


def test_another_model_is_refused_until_a_rebuild(home: Path, words: WordEmbedder) -> None:
    Index.create(home)
    with Index(home, words) as index:
        put(index, FERRY, BRIDGE)
    other = WordEmbedder("words@2", dimension=32)
    with Index(home, other) as index:
        with pytest.raises(ModelMismatch, match="made by words@1.*words@2.*onrecord rebuild"):
            index.search(Query("ferry"))
        with pytest.raises(ModelMismatch):
            put(index, FERRY)
        assert rebuild_index(index) == 2
        assert found(index, "ferry")[0] == "ferry"
        assert index.verify() == []


def test_old_directories_are_swept_and_the_last_two_stay(index: Index) -> None:
    (vectors_of(index) / "left-by-a-crash").mkdir(parents=True)
    for n in range(4):
        put(index, article("ferry", f"Version {n}."))
    assert len(list(vectors_of(index).iterdir())) == 2


def test_many_replacements_do_not_wear_the_index_out(index: Index, home: Path) -> None:
    for n in range(5):
        put(index, *(article(f"a{i}", f"Version {n} of account {i}.") for i in range(300)))
    manifest = max((home / "vectors").iterdir()) / "generation.json"
    assert json.loads(manifest.read_text())["dead"] <= 300
    assert index.verify() == []


def test_a_second_writer_is_told_to_wait(index: Index, words: WordEmbedder) -> None:
    with index.session(), Index(index.location, words) as other:
        with pytest.raises(RecordBusy, match="Another process is writing"), other.session():
            pass
        assert found(other, "ferry") == []


def test_a_failed_batch_changes_nothing(index: Index) -> None:
    put(index, FERRY)
    with index.catalog.read() as snapshot:
        before = snapshot.head()
    unembedded = prepare(BRIDGE, index.embedder)
    with index.session() as session, pytest.raises(RecordError):
        session.publish(Batch(puts=(unembedded,), removed=("ferry",)))
    with index.catalog.read() as snapshot:
        assert snapshot.head() == before
    assert found(index, "ferry") == ["ferry"]
    assert index.verify() == []


def test_readers_in_threads_never_see_a_torn_refresh(index: Index) -> None:
    put(index, article("ferry", "The ferry version 0."), article("pier", "The pier version 0."))
    seen: list[tuple[str, ...]] = []
    stop = threading.Event()
    errors: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                passages = index.search(Query("version ferry pier"))
            except Exception as error:  # noqa: BLE001
                errors.append(error)
                return
            seen.append(tuple(sorted(passage.text for passage in passages)))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(1, 15):
        put(index, article("ferry", f"The ferry version {n}."), article("pier", f"The pier version {n}."))
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert {len({text.split()[-1] for text in texts}) for texts in seen} == {1}
    assert {len(texts) for texts in seen} == {2}


def _search_when_told(
    where: RecordLocation, asks: "multiprocessing.Queue[str]", answers: "multiprocessing.Queue[object]"
) -> None:
    with Index(where, WordEmbedder()) as index:
        while text := asks.get():
            answers.put([passage.text for passage in index.search(Query(text))])


@pytest.mark.slow
def test_a_reader_in_another_process_sees_a_refresh_with_its_next_search(index: Index) -> None:
    context = multiprocessing.get_context("spawn")
    asks: multiprocessing.Queue[str] = context.Queue()
    answers: multiprocessing.Queue[object] = context.Queue()
    put(index, article("ferry", "The ferry sank."))
    reader = context.Process(target=_search_when_told, args=(index.location, asks, answers))
    reader.start()
    try:
        asks.put("ferry")
        assert answers.get(timeout=60) == ["The ferry sank."]
        put(index, article("ferry", "The ferry floats."), article("pier", "The ferry pier."))
        asks.put("ferry")
        assert set(answers.get(timeout=60)) == {"The ferry floats.", "The ferry pier."}  # type: ignore[call-overload]
    finally:
        asks.put("")
        reader.join(30)
        reader.close()
        for queue in (asks, answers):
            queue.close()
            queue.join_thread()


def test_who_reported_it_first_is_found_first_when_that_is_asked(index: Index) -> None:
    later = article("later", "The ferry struck the pier.", source="Ledger", published="2026-03-05")
    first = article("first", "The ferry struck the pier at dawn.", source="Wire", published="2026-03-03")
    put(index, later, first)
    now = date(2026, 3, 6)
    assert found(index, "Who first reported that the ferry struck the pier?", now=now)[0] == "first"
    assert found(index, "What is the latest on the ferry that struck the pier?", now=now)[0] == "later"


def test_a_search_ends_while_another_opens_the_next_generation(
    index: Index, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, FERRY)
    opening, go = threading.Event(), threading.Event()
    let_go: list[bool] = []
    with Index(index.location, words) as reader, ThreadPoolExecutor(1) as pool:
        open_now = reader._generations.open

        def open_slowly(name: str) -> Generation:
            opening.set()
            let_go.append(go.wait(60))
            return open_now(name)

        with reader._reading():
            rebuild_index(index)
            monkeypatch.setattr(reader._generations, "open", open_slowly)
            other = pool.submit(found, reader, "ferry")
            assert opening.wait(60)
        # The search above ended, and gave its generation back, while the next one was being opened.
        go.set()
        assert other.result() == ["ferry"]
    assert let_go == [True]
