"""Fills the collections of a new generation, side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.catalog.snapshot import Entry
from index.vectors.collection import BATCH, add_entries
from index.vectors.shards import Shards, shard_of

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection


class ShardWriter:
    """Adds vectors to where they belong. For one thread; `finish` writes what still waits to fill a call."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._waiting: list[list[Entry]] = [[] for _ in range(shards.size)]
        self._added = [0] * shards.size

    def add(self, entries: Sequence[Entry]) -> None:
        """Add vectors whose ids are new."""
        for entry in entries:
            self._waiting[shard_of(entry.id, self._shards.size)].append(entry)
        if sum(map(len, self._waiting)) >= BATCH * self._shards.size:
            self._write()

    def finish(self) -> list[int]:
        """Write what waits; returns how many vectors each collection was given."""
        self._write()
        return self._added

    def _write(self) -> None:
        self._shards.each(self._write_one, again=False)

    def _write_one(self, number: int, collection: "Collection") -> None:
        entries = self._waiting[number]
        while entries:
            entries = entries[self._write_some(collection, entries) :]
        self._added[number] += len(self._waiting[number])
        self._waiting[number] = []

    def _write_some(self, collection: "Collection", entries: Sequence[Entry]) -> int:
        """Write as many as a call may hold; returns how many."""

        def write(most: int) -> int:
            add_entries(collection, entries[:most])
            return most

        return self._shards.calls.within("writes", min(BATCH, len(entries)), write)
