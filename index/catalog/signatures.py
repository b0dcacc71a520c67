"""What the catalog stores of a vector for binary quantisation: its sign bits, with its days and outlet."""

import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from index.embedding.types import Vectors

Row = tuple[int, int, int, int, bytes]
"""A chunk's row, its article's days, `outlet_hash` and `sign_bits`.

The days are those of publication and of the last change, as 20260312, 0 where not known.
"""


class Rows(Protocol):
    """Where signatures are read from."""

    def signatures(self, after: int) -> Sequence[Row]:
        """Those of rows beyond `after`, in order."""
        ...


def sign_bits(vector: Vectors) -> bytes:
    """One bit a dimension: whether it is above zero."""
    return np.packbits(np.asarray(vector) > 0).tobytes()


def outlet_hash(source: str) -> int:
    """A number for an outlet's name; two names may share one, so what it lets through is looked at again."""
    return zlib.crc32(source.encode("utf-8", "surrogatepass"))
