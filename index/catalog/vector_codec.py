"""Vectors as the catalog stores them: in half precision, which moves a cosine by less than .001."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Imported where it is used: the commands that only look at a record need no numpy.
    from index.embedding.types import Vectors


def vector_of(blob: bytes) -> "Vectors":
    """A vector as it is stored."""
    import numpy as np

    return np.frombuffer(blob, np.float16).astype(np.float32)


def vectors_of(blobs: Iterable[bytes]) -> "Vectors":
    """Several stored vectors as the rows of one array; there must be one at least."""
    import numpy as np

    held = list(blobs)
    return np.frombuffer(b"".join(held), np.float16).reshape(len(held), -1).astype(np.float32)


def blob_of(vector: "Vectors") -> bytes:
    """A vector as `vector_of` reads it."""
    import numpy as np

    return np.asarray(vector).astype(np.float16).tobytes()
