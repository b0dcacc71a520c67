"""Damaged embeddings: noticed by verify, made again by rebuild and by restoring a backup."""

from collections.abc import Callable

import numpy as np
import pytest

from index.store import Index
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put

TEXTS = {
    "ferry": "The ferry struck the north pier.",
    "choir": "The choir won the prize.",
    "wolf": "A wolf ran.",
}


def spoil(index: Index, damage: Callable[[bytes], bytes]) -> None:
    """Change the stored embedding of one chunk."""
    with index.catalog.write() as change:
        found = change.db.execute("SELECT key, vector FROM embeddings ORDER BY key LIMIT 1")
        key, vector = found.fetchone()
        change.db.execute("UPDATE embeddings SET vector = ? WHERE key = ?", (damage(vector), key))


def not_a_number(vector: bytes) -> bytes:
    return np.full(len(vector) // 2, np.nan, np.float16).tobytes()


def flipped_exponent(vector: bytes) -> bytes:
    changed = bytearray(vector)
    place = int(np.argmax(np.abs(np.frombuffer(vector, np.float16))))
    changed[2 * place + 1] ^= 0x40
    return bytes(changed)


@pytest.mark.parametrize(
    "damage",
    [
        not_a_number,
        flipped_exponent,
        lambda vector: vector[:-6],
        lambda vector: b"",
        lambda vector: vector[:7],
    ],
    ids=["not a number", "flipped bit", "cut off", "empty", "odd"],
)
def test_a_damaged_embedding_is_named_by_verify_and_made_again_by_rebuild(
    index: Index, words: WordEmbedder, damage: Callable[[bytes], bytes]
) -> None:
    put(index, *(article(id_, text) for id_, text in TEXTS.items()))
    assert index.verify() == []
    spoil(index, damage)
    assert "Damaged embeddings: 1." in index.verify()
    before = len(words.embedded)
    assert rebuild(index) == 1
    assert len(words.embedded) == before + 1
    assert index.verify() == []


def test_whole_embeddings_are_not_made_again(index: Index, words: WordEmbedder) -> None:
    put(index, *(article(id_, text) for id_, text in TEXTS.items()))
    assert rebuild(index) == 0
