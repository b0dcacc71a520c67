"""One Chroma collection, in a directory or on a server: made, opened, filled and asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.catalog.snapshot import Entry
from index.embedding.embedder import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_NAME = "chunks"
BATCH = 1000
"""Vectors a call: Chroma takes 5,461; a thousand keeps memory low and is as fast."""
PAGE = 100_000
"""Ids a call, for checks: a later page takes longer to reach, so they are large."""


def create_collection(client: "ClientAPI", name: str = _NAME) -> "Collection":
    """An empty collection."""
    return client.create_collection(
        name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def open_collection(client: "ClientAPI", name: str = _NAME) -> "Collection":
    """A collection that is there."""
    return client.get_collection(name, embedding_function=None)


def add_entries(collection: "Collection", entries: Sequence[Entry]) -> None:
    """Add vectors whose ids are new."""
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        collection.add(
            ids=[entry.id for entry in batch],
            embeddings=np.stack([entry.vector for entry in batch]),
        )


def nearest(collection: "Collection", vector: Vectors, k: int) -> list[tuple[str, float]]:
    """The `k` nearest chunk ids, nearest first, each with its cosine."""
    found = collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
    distances = found["distances"]
    if not distances:
        return []
    return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]


def stored_vectors(collection: "Collection", ids: Sequence[str]) -> dict[str, Vectors]:
    """The vectors of those ids that are there."""
    held = collection.get(ids=list(ids), include=["embeddings"])
    return dict(zip(held["ids"], np.asarray(held["embeddings"]), strict=True))


def page_of_ids(collection: "Collection", start: int, most: int) -> list[str]:
    """Ids from the `start`th on, `most` at a time; an empty list ends them."""
    return list(collection.get(include=[], limit=most, offset=start)["ids"])


def all_ids(collection: "Collection") -> set[str]:
    """Every id, for checks."""
    return set(collection.get(include=[])["ids"])
