"""What runs an embedding model: sentence-transformers itself, or onnxruntime with what was made from it."""

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""A vector of length 1 a row, or one such vector."""


def of_length_1(rows: Vectors) -> Vectors:
    """The same directions, each of length 1; what has no direction stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    even: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return even


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text, special ones left out, as a model understands each where it stands.

    `vectors` has a row of length 1 for each, in half precision, and `spans` where it begins and ends in the
    text. Of a model that has none there is one, of the whole text.
    """

    vectors: npt.NDArray[np.float16]
    spans: npt.NDArray[np.int32]

    @classmethod
    def of(cls, vectors: npt.NDArray[np.floating], spans: npt.ArrayLike, prompt: int = 0) -> "TokenVectors":
        """Those of a text that stood behind a prompt of so many characters."""
        placed = np.asarray(spans, dtype=np.int32).reshape(-1, 2) - prompt
        own = (placed[:, 0] >= 0) & (placed[:, 1] > placed[:, 0])
        rows = of_length_1(np.asarray(vectors, dtype=np.float32)[own])
        return cls(rows.astype(np.float16), placed[own])

    @classmethod
    def whole(cls, vector: Vectors, text: str) -> "TokenVectors":
        """One, of the whole text."""
        return cls(vector[None].astype(np.float16), np.array([[0, len(text)]], dtype=np.int32))


KINDS = ("onnx-int8", "onnx")
"""The encoders that are made: with weights in eight bits, and as they are."""

# onnxruntime reports its use to its maker over the network, unless this is set before it is imported; whoever
# wants that can set it to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
