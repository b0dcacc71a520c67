"""Nearest neighbours: by the graph (HNSW), and by sign bits for chunks that the graph does not hold yet.

Under a filter sign bits alone are searched, and where the graph cannot be opened. Beside a crowded graph (see
`directory`) those of all chunks are searched, too; and a small record is compared as a whole.

The same vectors give the same neighbours, though Chroma never makes the same graph twice: it is asked for
more than is wanted, so that what is nearest is among them; all are compared by the vectors in the catalog;
and where cosines tie, the ids of the chunks decide.
"""

import numpy as np

from index.catalog.best_rows import best, least_of
from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import vectors_of
from index.embedding.types import Vectors
from index.types import Filter
from index.vectors.generation import BREADTH, Crowding, Generation
from index.vectors.held_vectors import MOST_HELD, HeldVectors
from index.vectors.signature_index import SignatureIndex

# Rows whose exact distance is worth knowing, once their signs are near.
_COMPARED = 1024
# Where many vectors are nearly alike, so are their signs, which then say little about the best of them. A
# record of no more is compared as a whole.
_COMPARED_CROWDED = 4096
_MOST_ASKED = 4096
# How much a graph's cosine may differ from that of a vector in the catalog, whose length is rounded, and how
# much one in single precision.
_ROUNDED, _SINGLE = 0.001, 0.00001


class VectorIndex:
    """An open generation, and the signatures of what it does not hold. Safe for use by several threads.

    Where little is compared by signs (what came since, or a small record), its vectors are read from the
    catalog once.
    """

    def __init__(self, generation: Generation | None, last_indexed_row: int) -> None:
        """`generation` holds the rows up to `last_indexed_row`; it is closed with this. None: do without."""
        self._generation = generation
        # Of every row; filled when it is first needed.
        self._all = SignatureIndex()
        self._beside, self._compared = self._all, _COMPARED_CROWDED
        if generation is not None and generation.crowding is not Crowding.HEAVY:
            try:
                if generation.count() > _COMPARED_CROWDED:
                    self._compared = _COMPARED
                    if generation.crowding is Crowding.NONE:
                        self._beside = SignatureIndex(last_indexed_row)
            except BaseException:
                generation.close()
                raise
        self._held = HeldVectors()

    def close(self) -> None:
        """Close the generation."""
        if self._generation is not None:
            self._generation.close()

    def search(self, snapshot: Snapshot, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        """The cosines of the `k` nearest chunks that `only` lets through, by row, nearest first."""
        if only or self._generation is None:
            found = self._by_signatures(self._all, snapshot, vector, k, only)
        else:
            found = self._by_signatures(self._beside, snapshot, vector, k, only)
            found |= _by_graph(self._generation, snapshot, vector, k)
        return best(found, k, snapshot.chunk_ids_of)

    def _by_signatures(
        self, signatures: SignatureIndex, snapshot: Snapshot, vector: Vectors, k: int, only: Filter
    ) -> dict[int, float]:
        signatures.catch_up(snapshot)
        rows = signatures.nearest_rows(vector, max(self._compared, BREADTH * k), only)
        if len(signatures) > MOST_HELD:
            return cosines(snapshot.vectors(rows, only), vector)
        near = self._held.cosines(snapshot, rows, vector)
        asked = k
        while True:
            least = least_of(near.tolist(), asked) - _SINGLE
            there = snapshot.vectors([rows[place] for place in np.flatnonzero(near >= least)], only)
            # Some are gone, or of an outlet whose hash is another's.
            if len(there) >= k or len(rows) <= asked:
                return cosines(there, vector)
            asked *= 2


def _by_graph(graph: Generation, snapshot: Snapshot, vector: Vectors, k: int) -> dict[int, float]:
    asked = BREADTH * k
    while True:
        near = graph.query(vector, asked)
        rows = snapshot.rows([id_ for id_, _ in near])
        # The graph still holds what has gone since.
        there = {rows[id_]: cosine for id_, cosine in near if id_ in rows}
        least = least_of(list(there.values()), k) - _ROUNDED
        # Where that leaves too few, or what ties goes on beyond, more are asked for.
        if len(near) < asked or asked >= _MOST_ASKED or near[-1][1] < least:
            return cosines(
                snapshot.vectors([row for row, cosine in there.items() if cosine >= least]), vector
            )
        asked *= 2


def cosines(stored: dict[int, bytes], vector: Vectors) -> dict[int, float]:
    """How near each of the stored vectors is to another, by row."""
    if not stored:
        return {}
    # Twice as exact, and rounded: else equal vectors would differ in the last bit by their place in the list.
    exact = vectors_of(stored.values()).astype(np.float64) @ vector.astype(np.float64)
    return dict(zip(stored, np.round(exact, 7).tolist(), strict=True))
