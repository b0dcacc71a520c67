"""Vectors as the catalog stores them: in half precision, which moves a cosine by less than .001."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.errors import RecordUnreadable

if TYPE_CHECKING:
    # Imported where it is used: the commands that only look at a record need no numpy.
    from index.embedding.types import Vectors


def vector_of(blob: bytes) -> "Vectors":
    """A vector as it is stored. Raises RecordUnreadable where it is damaged."""
    vector: Vectors = vectors_of([blob])[0]
    return vector


def vectors_of(blobs: Iterable[bytes]) -> "Vectors":
    """Several stored vectors as the rows of one array; there must be one at least.

    Raises RecordUnreadable where one is damaged, as far as its size shows that.
    """
    import numpy as np

    held = list(blobs)
    try:
        return np.frombuffer(b"".join(held), np.float16).reshape(len(held), -1).astype(np.float32)
    except ValueError as error:
        msg = "A stored embedding is damaged; run `onrecord rebuild` to make it again."
        raise RecordUnreadable(msg) from error


def blob_of(vector: "Vectors") -> bytes:
    """A vector as `vector_of` reads it."""
    import numpy as np

    return np.asarray(vector).astype(np.float16).tobytes()
