"""What runs an embedding model: sentence-transformers itself, or onnxruntime with what was made from it."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""A vector of length 1 a row, or one such vector."""

KINDS = ("onnx-int8", "onnx")
"""The encoders that are made: with weights in eight bits, and as they are."""
