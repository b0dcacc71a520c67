"""What runs an embedding model: sentence-transformers itself, or onnxruntime with what was made from it."""

import os

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""A vector of length 1 a row, or one such vector."""

KINDS = ("onnx-int8", "onnx")
"""The encoders that are made: with weights in eight bits, and as they are."""

# onnxruntime reports its use to its maker over the network, unless this is set before it is imported; whoever
# wants that can set it to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
