"""Nearest neighbours: by the graph (HNSW), and by sign bits for chunks that the graph does not hold yet.

Under a filter sign bits alone are searched, and where the graph cannot be opened. In a crowded graph (see
`directory`) they are searched too, and what the graph finds is added.
"""

from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import vectors_of
from index.embedding.types import Vectors
from index.types import Filter
from index.vectors.generation import Generation
from index.vectors.signature_index import SignatureIndex

# Rows whose exact distance is worth knowing, once their signs are near.
_COMPARED = 1024
# Where many vectors are nearly alike, so are their signs, which then say little about the best of them.
_COMPARED_CROWDED = 4096


class VectorIndex:
    """An open generation, and the signatures of what it does not hold. Safe for use by several threads.

    What came since is compared with every question, so its vectors are read from the catalog once. They are
    never more than what a graph may lack.
    """

    def __init__(self, generation: Generation | None, last_indexed_row: int) -> None:
        """`generation` holds the rows up to `last_indexed_row`; it is closed with this. None: do without."""
        self._generation = generation
        self._unindexed = SignatureIndex(last_indexed_row)
        self._unindexed_vectors: dict[int, bytes] = {}
        # Of every row; filled when the first filter needs it.
        self._all = SignatureIndex()

    def close(self) -> None:
        """Close the generation."""
        if self._generation is not None:
            self._generation.close()

    def search(self, snapshot: Snapshot, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        """The cosines of the `k` nearest chunks that `only` lets through, by row, nearest first."""
        graph = self._generation
        if only or graph is None:
            found = self._by_all_signatures(snapshot, vector, k, only)
        elif graph.crowded:
            compared = self._by_all_signatures(snapshot, vector, k, only)
            found = {**_by_graph(graph, snapshot, vector, k), **compared}
        else:
            found = {**_by_graph(graph, snapshot, vector, k), **self._in_unindexed(snapshot, vector, k)}
        return _best(found, k)

    def _in_unindexed(self, snapshot: Snapshot, vector: Vectors, k: int) -> dict[int, float]:
        near = self._unindexed_cosines(snapshot, vector, max(_COMPARED, 8 * k))
        asked = k
        while True:
            best = _best(near, asked)
            there = snapshot.existing_rows(list(best))
            if len(there) >= k or len(best) < asked:
                return {row: cosine for row, cosine in best.items() if row in there}
            asked *= 2

    def _unindexed_cosines(self, snapshot: Snapshot, vector: Vectors, most: int) -> dict[int, float]:
        """The cosines of the `most` rows whose signs differ least, of rows that may be gone by now too."""
        self._unindexed.catch_up(snapshot)
        rows = self._unindexed.nearest_rows(vector, most, Filter())
        known = self._unindexed_vectors
        if unread := [row for row in rows if row not in known]:
            known.update(snapshot.vectors(unread))
        return cosines({row: known[row] for row in rows if row in known}, vector)

    def _by_all_signatures(
        self, snapshot: Snapshot, vector: Vectors, k: int, only: Filter
    ) -> dict[int, float]:
        self._all.catch_up(snapshot)
        graph = self._generation
        most = _COMPARED_CROWDED if graph is None or graph.crowded else _COMPARED
        rows = self._all.nearest_rows(vector, max(most, 8 * k), only)
        return cosines(snapshot.vectors(rows, only), vector)


def _by_graph(graph: Generation, snapshot: Snapshot, vector: Vectors, k: int) -> dict[int, float]:
    asked = k
    while True:
        near = graph.query(vector, asked)
        rows = snapshot.rows([id_ for id_, _ in near])
        # The graph still holds what has gone since: where that leaves too few, more are asked for.
        if len(rows) >= k or len(near) < asked:
            return {rows[id_]: cosine for id_, cosine in near if id_ in rows}
        asked *= 2


def _best(found: dict[int, float], k: int) -> dict[int, float]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:k])


def cosines(stored: dict[int, bytes], vector: Vectors) -> dict[int, float]:
    """How near each of the stored vectors is to another, by row."""
    if not stored:
        return {}
    return dict(zip(stored, (vectors_of(stored.values()) @ vector).tolist(), strict=True))
