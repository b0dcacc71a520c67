"""What is near a vector: by the graph and, for what came since, by marks; under a filter by marks alone.

So too where the graph is crowded (see `index.vectors`): what it finds then is only added to what marks find.
"""

from collections.abc import Callable

from index.embed import Vectors
from index.marks import Marks
from index.snapshot import Snapshot
from index.types import Filter
from index.vectors import Generation

# Rows whose exact distance is worth knowing, once their signs are near.
_COMPARED = 1024
# Where many vectors are nearly alike, so are their signs, which then say little about the best of them.
_COMPARED_CROWDED = 4096


class Nearest:
    """Searches of one snapshot. `recent` are marks of what the graph does not hold; `all_marks` gives all."""

    def __init__(
        self, snapshot: Snapshot, graph: Generation, recent: Marks, all_marks: Callable[[], Marks]
    ) -> None:
        self._snapshot = snapshot
        self._graph = graph
        self._recent = recent
        self._all = all_marks

    def query(self, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        """The cosines of the `k` nearest chunks that `only` lets through, by row, nearest first."""
        if only:
            found = self._compared(self._all(), vector, k, only)
        else:
            beside = self._all() if self._graph.crowded else self._recent
            found = {**self._by_graph(vector, k), **self._compared(beside, vector, k, only)}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:k])

    def _by_graph(self, vector: Vectors, k: int) -> dict[int, float]:
        asked = k
        while True:
            near = self._graph.query(vector, asked)
            rows = self._snapshot.rows([id_ for id_, _ in near])
            # The graph still holds what has gone since: where that leaves too few, more are asked for.
            if len(rows) >= k or len(near) < asked:
                return {rows[id_]: cosine for id_, cosine in near if id_ in rows}
            asked *= 2

    def _compared(self, marks: Marks, vector: Vectors, k: int, only: Filter) -> dict[int, float]:
        marks.follow(self._snapshot)
        most = _COMPARED_CROWDED if self._graph.crowded else _COMPARED
        rows = marks.near(vector, max(most, 8 * k), only)
        stored = self._snapshot.vectors(rows, only)
        return {row: float(other @ vector) for row, other in stored.items()}
