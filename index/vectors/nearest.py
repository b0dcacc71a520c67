"""Nearest neighbours: by the graph (HNSW), and by sign bits for chunks that the graph does not hold yet.

Under a filter sign bits alone are searched. In a crowded graph (see `directory`) they are searched too, and
what the graph finds is added.
"""

from collections.abc import Callable

from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import vectors_of
from index.embedding.embedder import Vectors
from index.types import Filter
from index.vectors.directory import Generation
from index.vectors.signature_index import SignatureIndex

# Rows whose exact distance is worth knowing, once their signs are near.
_COMPARED = 1024
# Where many vectors are nearly alike, so are their signs, which then say little about the best of them.
_COMPARED_CROWDED = 4096


class UnindexedVectors:
    """The marks of what a graph does not hold, and those of its vectors that were looked at.

    What came last is compared with every question, so its vectors are read from the catalog once. They are
    never more than what a graph may lack. Safe for use by several threads.
    """

    def __init__(self, after: int) -> None:
        self.marks = SignatureIndex(after)
        self._vectors: dict[int, bytes] = {}

    def nearest_rows(self, snapshot: Snapshot, vector: Vectors, most: int) -> dict[int, float]:
        """The cosines of the `most` rows whose signs differ least, of rows that may be gone by now too."""
        self.marks.catch_up(snapshot)
        rows = self.marks.nearest_rows(vector, most, Filter())
        if unread := [row for row in rows if row not in self._vectors]:
            self._vectors.update(snapshot.vectors(unread))
        return cosines({row: self._vectors[row] for row in rows if row in self._vectors}, vector)


class VectorSearch:
    """Searches of one snapshot. `recent` has what the graph does not hold; `all_marks` gives those of all."""

    def __init__(
        self,
        snapshot: Snapshot,
        graph: Generation,
        recent: UnindexedVectors,
        all_marks: Callable[[], SignatureIndex],
    ) -> None:
        self._snapshot = snapshot
        self._graph = graph
        self._recent = recent
        self._all = all_marks

    def query(self, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        """The cosines of the `k` nearest chunks that `only` lets through, by row, nearest first."""
        if only:
            found = self._compared(vector, k, only)
        elif self._graph.crowded:
            found = {**self._by_graph(vector, k), **self._compared(vector, k, only)}
        else:
            found = {**self._by_graph(vector, k), **self._since(vector, k)}
        return _best(found, k)

    def _by_graph(self, vector: Vectors, k: int) -> dict[int, float]:
        asked = k
        while True:
            near = self._graph.query(vector, asked)
            rows = self._snapshot.rows([id_ for id_, _ in near])
            # The graph still holds what has gone since: where that leaves too few, more are asked for.
            if len(rows) >= k or len(near) < asked:
                return {rows[id_]: cosine for id_, cosine in near if id_ in rows}
            asked *= 2

    def _since(self, vector: Vectors, k: int) -> dict[int, float]:
        near = self._recent.nearest_rows(self._snapshot, vector, max(_COMPARED, 8 * k))
        asked = k
        while True:
            best = _best(near, asked)
            there = self._snapshot.existing_rows(list(best))
            if len(there) >= k or len(best) < asked:
                return {row: cosine for row, cosine in best.items() if row in there}
            asked *= 2

    def _compared(self, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        marks = self._all()
        marks.catch_up(self._snapshot)
        most = _COMPARED_CROWDED if self._graph.crowded else _COMPARED
        rows = marks.nearest_rows(vector, max(most, 8 * k), only)
        return cosines(self._snapshot.vectors(rows, only), vector)


def _best(found: dict[int, float], k: int) -> dict[int, float]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:k])


def cosines(stored: dict[int, bytes], vector: Vectors) -> dict[int, float]:
    """How near each of the stored vectors is to another, by row."""
    if not stored:
        return {}
    return dict(zip(stored, (vectors_of(stored.values()) @ vector).tolist(), strict=True))
