"""A generation of several collections on a real Chroma server: the same answers as one, and as whole."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.snapshot import Entry
from index.errors import VectorsBusy, VectorsRefused, VectorsUnreadable
from index.store import Index
from index.types import Query
from index.vectors import server as vectors_server
from index.vectors.connection import Server, check_server
from index.vectors.server import ServerGenerations
from index.vectors.shards import count_shards, names_of, shard_of
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put
from tests.index.vectors.chroma_server import ChromaServer
from tests.index.vectors.limited import PAGE, WRITES, Limits, limited
from tests.index.vectors.test_server import QUERIES, TEXTS, found

pytestmark = pytest.mark.slow

TINY = 20


def tiny(chroma: ChromaServer) -> Server:
    return replace(chroma.server, most=TINY)


def made(home: Path, words: WordEmbedder, server: Server | None) -> Index:
    Index.create(home)
    index = Index(home, words, server=server)
    put(index, *(article(f"a{n}", text) for n, text in enumerate(TEXTS)))
    return index


def generation_of(index: Index) -> str:
    with index.catalog.read() as snapshot:
        return snapshot.head().vectors


@given(st.integers(1, 10**8), st.integers(20, 10**7))
def test_no_collection_has_to_hold_more_than_the_setting_says(total: int, most: int) -> None:
    count = count_shards(total, most)
    assert total / count + (6 * (total / count) ** 0.5 if count > 1 else 0) <= most + 1e-6
    assert count == 1 or total > most


def test_a_hash_fills_collections_evenly() -> None:
    counts = np.bincount([shard_of(f"article-{n}.0.{n % 9}", 16) for n in range(80_000)], minlength=16)
    assert counts.max() - 5000 < 6 * 5000**0.5


def test_several_collections_give_the_same_answers_as_one(
    chroma: ChromaServer, tmp_path: Path, words: WordEmbedder
) -> None:
    one = made(tmp_path / "one", words, chroma.server)
    several = made(tmp_path / "several", words, tiny(chroma))
    with one, several:
        assert generation_of(several).endswith("-of11")
        assert names_of(generation_of(several)) == [f"{generation_of(several)}-{n}" for n in range(11)]
        assert set(names_of(generation_of(several))) <= chroma.names()
        assert names_of(generation_of(one)) == [generation_of(one)]
        assert found(several) == found(one)
        for index in (one, several):
            put(index, article("a0", "The ferry Wrenna is gone."), article("new", "A canary refused a loan."))
        assert found(several) == found(one)
        assert several.verify() == []
        rebuild(several)
        rebuild(one)
        assert found(several) == found(one)


def test_a_change_of_the_setting_shows_with_the_next_generation(
    chroma: ChromaServer, home: Path, words: WordEmbedder
) -> None:
    with made(home, words, tiny(chroma)) as several:
        before, old = found(several), generation_of(several)
    with Index(home, words, server=chroma.server) as index:
        assert found(index) == before
        rebuild(index)
        assert found(index) == before
        assert "-of" not in generation_of(index)
        rebuild(index)
        assert not [name for name in chroma.names() if name.startswith(old)]


@pytest.mark.parametrize(
    ("there", "beside", "made"),
    [(10_000, 4_999, False), (10_000, 5_001, True), (1_000_000, 199_999, False), (1_000_000, 200_001, True),
     (80_000_000, 9_999_999, False), (80_000_000, 10_000_001, True)],
)  # fmt: skip
def test_how_often_all_is_written_again_does_not_grow_with_the_record(
    there: int, beside: int, made: bool, home: Path
) -> None:
    generations = ServerGenerations(Server("http://127.0.0.1:9"), home)
    generations._counts["name"] = there
    assert generations.needs_new_generation("name", beside) is made


def test_a_collection_that_is_gone_or_short_is_told(
    chroma: ChromaServer, home: Path, words: WordEmbedder
) -> None:
    with made(home, words, tiny(chroma)) as index:
        names = names_of(generation_of(index))
        assert check_server(chroma.server, names).endswith(")")
        client = vectors_server.connect(chroma.server, 10)
        held = client.get_collection(names[3], embedding_function=None)
        lost = held.get(limit=1)["ids"]
        held.delete(ids=lost)
        assert index.verify() == [
            f"1 of {len(TEXTS)} vectors that were tried are not what was stored.",
            "Chunks without a vector: 1.",
        ]
        client.delete_collection(names[3])
        vectors_server.close(client)
        with pytest.raises(VectorsUnreadable, match="onrecord rebuild"):
            check_server(chroma.server, names)
        assert "onrecord rebuild" in index.verify()[0]
        with (
            Index(home, words, server=tiny(chroma)) as reader,
            pytest.raises(VectorsUnreadable, match="onrecord rebuild"),
        ):
            reader.search(Query("harbour"))
        rebuild(index)
        assert index.verify() == []


def test_a_writer_killed_between_two_collections_leaves_the_old_generation_whole(
    chroma: ChromaServer, home: Path, words: WordEmbedder
) -> None:
    with made(home, words, tiny(chroma)) as index:
        before, old = found(index), set(names_of(generation_of(index)))
        program = f"""
import os
from pathlib import Path
from index.store import Index
from index.vectors import shard_writer
from index.vectors.connection import Server
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder
write, left = shard_writer.add_entries, [4]
def write_some(*given):
    left[0] -= 1
    if left[0] < 0:
        os._exit(9)
    write(*given)
shard_writer.add_entries = write_some
rebuild(Index(Path({str(home)!r}), WordEmbedder(), server=Server({chroma.server.url!r}, most={TINY})))
"""
        root = Path(__file__).parents[3]
        ended = subprocess.run([sys.executable, "-c", program], cwd=root, env=dict(os.environ), check=False)
        assert ended.returncode == 9
        mine = (home / "vectors.id").read_text()
        left = {name for name in chroma.names() if mine in name}
        assert old < left
        assert found(index) == before
        assert index.verify() == []
        rebuild(index)
        assert {name for name in chroma.names() if mine in name} == old | set(names_of(generation_of(index)))


# The library leaves open what it opened before a refusal.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_quotas_are_learned_and_a_busy_server_is_asked_again(
    chroma: ChromaServer, home: Path, words: WordEmbedder
) -> None:
    vectors = words.embed([f"Report {n} on pier {n % 97} by {n % 31}." for n in range(1500)])
    entries = [Entry(f"c{n}", vector) for n, vector in enumerate(vectors)]
    home.mkdir()
    limits = Limits(busy_every=7)
    with limited(chroma.server, limits, most=1000) as server:
        generations = ServerGenerations(server, home)
        name = generations.build("", [], [entries[:1000], entries[1000:]], 1, len(entries))
        opened = generations.open(name)
        assert name.endswith("-of2")
        assert opened.count() == 1500
        assert opened.ids() == {entry.id for entry in entries}
        exact = np.argsort(-(vectors @ vectors[7]), kind="stable")
        assert [cosine for _, cosine in opened.query(vectors[7], 60)] == pytest.approx(
            [float(vectors[n] @ vectors[7]) for n in exact[:60]], abs=1e-3
        )
        assert generations.verify(name, {entry.id for entry in entries}, set(), {}) == []
        opened.close()
    assert max(limits.written) == WRITES
    assert sum(limits.written) == 1500
    assert set(limits.headers) == {"abc"}
    refused = [said for said in limits.refused if "Rate" not in said]
    # Once for each open generation and kind, and not for each call.
    assert 0 < len(refused) <= 2 * 2 + 2 * 2 + 2 * 3
    assert f"limit of {PAGE}" in " ".join(refused)
    assert "Rate limited" in limits.refused


def test_a_server_that_stays_busy_and_a_quota_that_nothing_fits_are_told(
    chroma: ChromaServer, home: Path, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_server, "_ASKED", 3.0)
    limits = Limits()
    with limited(chroma.server, limits, most=TINY) as server, made(home, words, server) as index:
        before = found(index)
        limits.always_busy = True
        with pytest.raises(VectorsBusy, match=r"\(429\); try again later"):
            index.search(Query(QUERIES[0]))
        limits.always_busy = False
        assert found(index) == before
        said = "Quota exceeded: 'Records' exceeded quota limit for action 'Query'"
        monkeypatch.setattr(limits, "answer", lambda *_: (422, said))
        with pytest.raises(VectorsRefused, match="has a quota .* action 'Query'.*vectors_shard"):
            index.search(Query(QUERIES[0]))
