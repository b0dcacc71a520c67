"""Questions that mean about the same, by their vectors: how many clusters there are is found, not given."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Up to this mean cosine distance two clusters are joined. Chosen on BANKING77, and not confirmed on other
# questions: chosen on half of its intents, it does not beat k-means on the rest (tests/benchmarks/gaps.py).
_JOINED = 0.45


def cluster(vectors: NDArray[np.floating], joined: float = _JOINED) -> list[list[int]]:
    """The rows of `vectors`, of length 1, in clusters; the largest first, and its rows in their order.

    Agglomerative clustering with average linkage (UPGMA), by SciPy.
    """
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    # It takes a while to load.
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(np.asarray(vectors, dtype=float), method="average", metric="cosine")
    found: dict[int, list[int]] = {}
    for row, label in enumerate(fcluster(np.maximum(tree, 0), joined, criterion="distance")):
        found.setdefault(int(label), []).append(row)
    return sorted(found.values(), key=lambda rows: (-len(rows), rows[0]))


def middle(vectors: NDArray[np.floating], rows: Sequence[int]) -> int:
    """The row that is nearest to all others of its cluster."""
    own = vectors[list(rows)]
    return rows[int(np.argmax(own @ own.sum(axis=0)))]
