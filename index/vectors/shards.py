"""A generation on a server as several collections: which vector is in which, and all of them asked at once.

The nearest vectors of all are among the nearest of each collection, so merging loses none.
"""

import hashlib
import heapq
import math
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from index.embedding.types import Vectors
from index.vectors.calls import Calls
from index.vectors.collection import PAGE, nearest, page_of_ids, stored_vectors

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_Result = TypeVar("_Result")
_OF = re.compile(r"-of(\d+)$")
# Threads that wait for a server, however many askers there are.
_AT_ONCE = 32
# A hash fills collections evenly but for chance: this many standard deviations are left free.
_SPREAD = 6.0


def count_shards(total: int, most: int) -> int:
    """Into how many collections `total` vectors go, so that none has to hold more than `most`."""
    if total <= most:
        return 1
    # The mean m that solves m + 6 sqrt(m) = most: counts of balls in bins vary by the root of their mean.
    mean = ((math.sqrt(_SPREAD**2 + 4 * most) - _SPREAD) / 2) ** 2
    return math.ceil(total / mean)


def shard_of(id_: str, count: int) -> int:
    """Which of `count` collections holds the vector of a chunk."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest()) % count


def named(base: str, count: int) -> str:
    """The name of a generation of `count` collections."""
    return base if count == 1 else f"{base}-of{count}"


def names_of(generation: str) -> list[str]:
    """The names of a generation's collections."""
    match = _OF.search(generation)
    return [f"{generation}-{number}" for number in range(int(match[1]))] if match else [generation]


class Shards:
    """The collections of one generation, asked side by side. Safe for use by several threads."""

    def __init__(self, collections: Sequence["Collection"], calls: Calls) -> None:
        self.size = len(collections)
        self._collections = collections
        self.calls = calls
        self._threads = (
            ThreadPoolExecutor(min(len(collections), _AT_ONCE), thread_name_prefix="vectors")
            if len(collections) > 1
            else None
        )

    def close(self) -> None:
        """Let the threads go. What is under way is not waited for."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def metadata(self) -> list[dict[str, Any]]:
        """What each collection says of itself."""
        return [dict(collection.metadata or {}) for collection in self._collections]

    def mark(self, said: Sequence[dict[str, Any]]) -> None:
        """Have each collection say of itself what is given for it."""
        self.each(lambda number, collection: collection.modify(metadata=said[number]))

    def count(self) -> int:
        """How many vectors there are."""
        return sum(self.each(lambda _, collection: int(collection.count())))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids of all, nearest first, each with its cosine."""

        def ask(_: int, collection: "Collection") -> list[tuple[str, float]]:
            return self.calls.within("results", k, lambda most: nearest(collection, vector, most))

        found = self.each(ask, again=False)
        return heapq.nsmallest(k, chain.from_iterable(found), key=lambda one: (-one[1], one[0]))

    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are there."""
        parts: list[list[str]] = [[] for _ in self._collections]
        for id_ in ids:
            parts[shard_of(id_, len(parts))].append(id_)
        held = self.each(
            lambda number, collection: stored_vectors(collection, parts[number]) if parts[number] else {}
        )
        return {id_: vector for part in held for id_, vector in part.items()}

    def ids(self) -> set[str]:
        """Every id."""
        found = self.each(lambda _, collection: list(self._ids(collection)), again=False)
        return set(chain.from_iterable(found))

    def each(self, do: Callable[[int, "Collection"], _Result], *, again: bool = True) -> list[_Result]:
        """What `do` returns for each collection, given its number; `again` where that is one call."""
        numbered = list(enumerate(self._collections))

        def one(given: tuple[int, "Collection"]) -> _Result:
            return self.calls.make(lambda: do(*given)) if again else do(*given)

        return list(map(one, numbered) if self._threads is None else self._threads.map(one, numbered))

    def _ids(self, collection: "Collection") -> Iterator[str]:
        found = 0
        while page := self.calls.within("ids", PAGE, partial(page_of_ids, collection, found)):
            yield from page
            found += len(page)
