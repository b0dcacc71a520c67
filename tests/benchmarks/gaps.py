"""Clusters of questions against the intents that people gave them: BANKING77.

    ONRECORD_BENCH_DATA=… python -m tests.benchmarks.gaps

V-measure and adjusted Rand index (ARI), beside k-means on the same vectors with the true number of clusters,
and with the number found. The distance up to which clusters are joined is chosen on half of the intents, and
told for the other half, both ways.
"""

import csv
import random
import sys
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from bot.assembly import open_embedder
from bot.gaps.clusters import cluster
from bot.settings import load_settings
from tests.benchmarks.data import folder

_DISTANCES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_SEEDS = range(5)
Vectors = NDArray[np.floating]


def labels(vectors: Vectors, *joined: float) -> list[int]:
    """The number of its cluster for each row."""
    found = [0] * len(vectors)
    for number, rows in enumerate(cluster(vectors, *joined)):
        for row in rows:
            found[row] = number
    return found


def by_k_means(vectors: Vectors, intents: list[str], clusters: int) -> tuple[float, float]:
    """V-measure and adjusted Rand index of k-means, over several beginnings."""
    runs = [KMeans(clusters, n_init=1, random_state=seed).fit_predict(vectors) for seed in _SEEDS]
    return mean(v_measure_score(intents, run) for run in runs), mean(
        adjusted_rand_score(intents, run) for run in runs
    )


def tell(name: str, vectors: Vectors, intents: list[str], *joined: float) -> None:
    """Print one row."""
    found, true = labels(vectors, *joined), len(set(intents))
    ours = v_measure_score(intents, found), adjusted_rand_score(intents, found)
    given, same = by_k_means(vectors, intents, true), by_k_means(vectors, intents, max(found) + 1)
    sys.stdout.write(
        f"{name}: {len(intents):,} questions of {true} intents: On Record {max(found) + 1} clusters, "
        f"V {ours[0]:.3f}, ARI {ours[1]:.3f}; k-means with {true} V {given[0]:.3f}, ARI {given[1]:.3f}; "
        f"with {max(found) + 1} V {same[0]:.3f}, ARI {same[1]:.3f}\n"
    )


def main() -> None:
    """Print the table."""
    path = folder() / "intents" / "banking77_test.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    vectors = np.asarray(open_embedder(load_settings()).embed([row["text"] for row in rows]))
    intents = [row["category"] for row in rows]
    tell("all", vectors, intents)
    names = sorted(set(intents))
    chosen = set(random.Random(1).sample(names, len(names) // 2))
    first = np.array([intent in chosen for intent in intents])
    for name, half in (("one half", first), ("the other", ~first)):
        own = [intent for intent, inside in zip(intents, half, strict=True) if inside]
        others = [intent for intent, inside in zip(intents, half, strict=True) if not inside]
        best = max(_DISTANCES, key=lambda joined: v_measure_score(others, labels(vectors[~half], joined)))
        tell(f"{name}, joined up to {best} by the rest", vectors[half], own, best)


if __name__ == "__main__":
    main()
