"""Stored embeddings that cannot be what was stored: cut off, not finite, or not of length one."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from index.catalog.sql import Connection
from index.catalog.vector_codec import vectors_of

_BATCH = 10_000
# Half precision moves a vector's length by less; a damaged exponent moves it by more.
_LENGTH_MAY_DIFFER = 0.02


def damaged_embeddings(db: Connection) -> list[str]:
    """The keys of stored embeddings that are damaged.

    All vectors of a record are of one model, so they have one size, and embedders give them length one.
    """
    sizes = Counter(dict(db.execute("SELECT length(vector), count(*) FROM embeddings GROUP BY 1")))
    if not sizes:
        return []
    usual = max(size for size, count in sizes.items() if count == max(sizes.values()))
    damaged = [key for (key,) in db.execute("SELECT key FROM embeddings WHERE length(vector) <> ?", (usual,))]
    for keys, blobs in _batches(db, usual):
        damaged.extend(_unlike_vectors(keys, blobs))
    return damaged


def _batches(db: Connection, size: int) -> Iterator[tuple[list[str], list[bytes]]]:
    rows = db.stream("SELECT key, vector FROM embeddings WHERE length(vector) = ?", (size,))
    while batch := list(islice(rows, _BATCH)):
        yield [key for key, _ in batch], [blob for _, blob in batch]


def _unlike_vectors(keys: list[str], blobs: list[bytes]) -> list[str]:
    import numpy as np

    if len(blobs[0]) % 2 or not blobs[0]:
        return keys
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.linalg.norm(vectors_of(blobs), axis=1)
        whole = np.abs(lengths - 1.0) < _LENGTH_MAY_DIFFER
    return [key for key, well in zip(keys, whole, strict=True) if not well]
