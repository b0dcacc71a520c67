"""The best of some rows, whatever rows they have: where scores tie, the ids of the chunks decide.

A rebuild gives chunks other rows, and so does another order of ingesting. Neither may change an answer.
"""

from collections.abc import Callable, Mapping, Sequence

from index.catalog.sql import AMONG

CHUNK_IDS = f"SELECT rowid, id FROM chunks WHERE rowid {AMONG}"
"""The id of each row; `best` asks for those of rows that tie."""


def least_of(scores: Sequence[float], most: int) -> float:
    """The score of the last of the `most` best; minus infinity where there are fewer."""
    return sorted(scores, reverse=True)[most - 1] if 0 < most <= len(scores) else float("-inf")


def best(
    scores: Mapping[int, float], most: int, ids_of: Callable[[Sequence[int]], Mapping[int, str]]
) -> dict[int, float]:
    """The `most` best scores by row, best first. `ids_of` gives the ids of rows."""
    least = least_of(list(scores.values()), most)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    above = [item for item in ranked if item[1] > least]
    tied = [item for item in ranked if item[1] == least]
    if len(above) + len(tied) > most:
        ids = ids_of([row for row, _ in tied])
        # One without an id went meanwhile, and is dropped by whoever reads it.
        tied.sort(key=lambda item: ids.get(item[0], ""))
    return dict([*above, *tied][:most])
