"""Damage to a record: what notices it, what it says, and what mends it."""

from pathlib import Path

import pytest

from index.errors import VectorsUnreadable
from index.store import Index
from index.types import Query
from ingest.pipeline import rebuild as rebuild_index
from tests.conftest import WordEmbedder, article, put, vectors_of
from tests.index.test_store import BRIDGE, FERRY


def test_a_rebuild_with_the_same_model_gives_the_same_ids_and_embeds_nothing(index: Index) -> None:
    put(index, FERRY, BRIDGE)
    with index.catalog.read() as snapshot:
        before = snapshot.chunk_ids()
    for damage in ("vectors", "words"):
        if damage == "vectors":
            with index.catalog.read() as snapshot:
                (vectors_of(index) / snapshot.head().vectors / "generation.json").unlink()
        else:
            with index.catalog.write() as change:
                change.full_text.clear()
        assert index.verify() != []
        assert rebuild_index(index) == 0
        assert index.verify() == []
    with index.catalog.read() as snapshot:
        assert snapshot.chunk_ids() == before


def test_damage_to_the_vectors_is_said_with_its_remedy(home: Path, index: Index, words: WordEmbedder) -> None:
    put(index, *(article(f"a{n}", f"Account {n} of the pier, told by person {n}.") for n in range(1200)))
    graph = next((home / "vectors").rglob("data_level0.bin"))
    graph.write_bytes(graph.read_bytes()[:-100])
    with Index(home, words) as again, pytest.raises(VectorsUnreadable, match="onrecord rebuild"):
        again.search(Query("pier"))


def test_flipped_bytes_are_found_by_verify_without_opening_the_index(home: Path, index: Index) -> None:
    put(index, *(article(f"a{n}", f"Account {n} of the pier, told by person {n}.") for n in range(1200)))
    graph = next((home / "vectors").rglob("data_level0.bin"))
    data = bytearray(graph.read_bytes())
    data[1000] ^= 0xFF
    graph.write_bytes(data)
    assert any("damaged" in problem for problem in index.verify())


def test_an_altered_article_is_found_by_verify(index: Index) -> None:
    put(index, FERRY)
    with index.catalog.write() as change:
        change.db.execute("UPDATE articles SET title = 'Another title'")
    assert "The article ferry is not what was stored." in index.verify()
