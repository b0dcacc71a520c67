"""Questions that mean about the same, by their vectors: how many clusters there are is found, not given."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Up to this mean cosine distance of their questions two clusters are joined. Chosen on BANKING77; on a half
# of its intents, chosen on the other, such clusters beat k-means that is told the true number of intents
# (tests/benchmarks/gaps.py).
_JOINED = 0.45


def cluster(vectors: NDArray[np.floating], joined: float = _JOINED) -> list[list[int]]:
    """The rows of `vectors`, of length 1, in clusters; the largest first, and its rows in their order.

    The tree is Ward's, by SciPy, but not cut by Ward's distances: those grow with the number of questions.
    """
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    # It takes a while to load.
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(np.asarray(vectors, dtype=float), method="ward")
    apart = _apart(np.asarray(vectors, dtype=float), tree)
    found: dict[int, list[int]] = {}
    for row, label in enumerate(fcluster(tree, joined, criterion="monocrit", monocrit=apart)):
        found.setdefault(int(label), []).append(row)
    return sorted(found.values(), key=lambda rows: (-len(rows), rows[0]))


def _apart(vectors: NDArray[np.float64], tree: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each join of `tree` the mean cosine distance of its sides, or that of a join below, if larger."""
    sums, sizes, apart = list(vectors), [1] * len(vectors), [0.0] * len(vectors)
    for one, other in tree[:, :2].astype(int):
        between = 1 - float(sums[one] @ sums[other]) / (sizes[one] * sizes[other])
        apart.append(max(between, apart[one], apart[other]))
        sums.append(sums[one] + sums[other])
        sizes.append(sizes[one] + sizes[other])
    return np.array(apart[len(vectors) :])


def middle(vectors: NDArray[np.floating], rows: Sequence[int]) -> int:
    """The row that is nearest to all others of its cluster."""
    own = vectors[list(rows)]
    return rows[int(np.argmax(own @ own.sum(axis=0)))]
