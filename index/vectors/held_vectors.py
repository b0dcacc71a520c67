"""Vectors of the catalog in memory, to compare with every question what no graph finds."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import vectors_of
from index.embedding.types import Vectors

MOST_HELD = 16_384
"""25 MB at 384 dimensions. Beyond, all are forgotten, and read again as they are needed."""
# The cosine of what is gone: less than any.
_NOWHERE = -2.0


class HeldVectors:
    """The vectors that were asked for, by row; a row never gets another. Safe for use by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[int, int] = {}
        self._vectors = np.zeros((0, 0), np.float32)

    def cosines(self, snapshot: Snapshot, rows: Sequence[int], vector: Vectors) -> npt.NDArray[np.float32]:
        """How near each row's vector is to another, in single precision."""
        with self._lock:
            self._read(snapshot, rows)
            places, vectors = self._places, self._vectors
        at = np.array([places.get(row, -1) for row in rows], np.intp)
        if not len(vectors):
            return np.full(len(rows), _NOWHERE, np.float32)
        return np.where(at < 0, np.float32(_NOWHERE), vectors[at] @ vector)

    def _read(self, snapshot: Snapshot, rows: Sequence[int]) -> None:
        unread = [row for row in rows if row not in self._places]
        read = snapshot.vectors(unread) if unread else {}
        if not read:
            return
        if len(self._places) + len(read) > MOST_HELD:
            read = snapshot.vectors(rows)
            self._places, self._vectors = {}, self._vectors[:0]
        new = vectors_of(read.values())
        # Assigned anew, not written into: other threads may be reading the old ones.
        self._places = self._places | {row: len(self._places) + n for n, row in enumerate(read)}
        self._vectors = np.concatenate([self._vectors.reshape(-1, new.shape[1]), new])
