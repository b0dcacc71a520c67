"""What directory and server share: the contract of a generation of vectors, samples, collections."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.catalog.snapshot import Entry
from index.embedding.embedder import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_COLLECTION = "chunks"


# Chroma takes 5,461 a call; a thousand keeps memory low and is as fast.
_BATCH = 1000


# How many vectors are looked for in a new graph, and which share may be missed before it counts as crowded:
# less than what counts as damage later, so that chance does not turn the one into the other.
_LOOKED_FOR, _MOST_CROWDED = 128, 0.02


class Sample:
    """Some of what was added, spread evenly over it: a constant number, however much it is."""

    def __init__(self) -> None:
        self.vectors: dict[str, Vectors] = {}
        self._seen = 0
        self._every = 1

    def see(self, entries: Sequence[Entry]) -> None:
        """Take some of the entries."""
        for entry in entries:
            if self._seen % self._every == 0:
                self.vectors[entry.id] = entry.vector
            self._seen += 1
            if len(self.vectors) > _LOOKED_FOR:
                self.vectors = dict(list(self.vectors.items())[::2])
                self._every *= 2


def create_collection(client: "ClientAPI", name: str = _COLLECTION) -> "Collection":
    """An empty collection."""
    return client.create_collection(
        name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def open_collection(client: "ClientAPI", name: str = _COLLECTION) -> "Collection":
    """A collection that is there."""
    return client.get_collection(name, embedding_function=None)


def add_entries(collection: "Collection", entries: Sequence[Entry]) -> None:
    """Add vectors whose ids are new."""
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        collection.add(
            ids=[entry.id for entry in batch],
            embeddings=np.stack([entry.vector for entry in batch]),
        )
