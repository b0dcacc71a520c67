"""A fast encoder made from a sentence-transformers model: exported to ONNX, quantised, and compared with it.

Run as a program (`python -m index.embedding.onnx_export`), so that the training library, which it needs
once, is gone from memory afterwards. It ends with 0, or with another code and one sentence on stderr.
"""

import argparse
import hashlib
import io
import logging
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.embedding import comparison_texts
from index.embedding.onnx_embedder import MODEL, TOKENS, VECTOR, EncoderManifest, OnnxEmbedder
from index.embedding.sentence_transformer import SentenceTransformerEmbedder, first_line
from index.embedding.tokenizer import FILE
from index.embedding.types import Vectors
from index.errors import ModelError


class Encoder(Protocol):
    """What is compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """One vector."""
        ...


_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# How near each vector must be to the original's, and all of them in the mean; and how many pairs of texts
# that the original tells apart, by so much, must stand in its order. Quantised per tensor, the default model
# reaches a mean of .947 and is worse at searching; per channel, .994 and as good.
_NEAR = {"onnx": (0.999, 0.9999), "onnx-int8": (0.95, 0.98)}
_LEAST_ORDER = 0.95
_TOLD_APART = 0.02


def make(source: str, revision: str, key: str, kind: str, folder: Path) -> None:
    """Put the encoder of `kind` made from the model `source` into `folder`, which is there and empty.

    Raises ModelError where the model cannot be exported, or what came of it is not near enough.
    """
    original = SentenceTransformerEmbedder(source, key, revision)
    # Pooling and what follows it are a part of the model.
    whole = original.model.to("cpu").eval()
    example = whole.tokenize([comparison_texts.TEXTS[0], comparison_texts.TEXTS[3]])

    def run(given: Mapping[str, Any]) -> tuple[Any, ...]:
        found = whole(given)
        return found["sentence_embedding"], found["token_embeddings"]

    exported = export(whole, example, run, folder / MODEL, {VECTOR: {}, TOKENS: {1: "tokens"}})
    if kind == "onnx-int8":
        exported = quantised(exported)
    _write_optimised(exported, folder)
    (folder / FILE).write_text(original.tokens.stated, encoding="utf-8")
    EncoderManifest(
        key=key,
        max_tokens=original.max_tokens,
        dimensions=len(original.embed_query("x")),
        query_prompt=original.prompt("query"),
        document_prompt=original.document_prompt,
        size=(folder / MODEL).stat().st_size,
        sha256=hashlib.sha256((folder / MODEL).read_bytes()).hexdigest(),
    ).write(folder)
    _compare(original, OnnxEmbedder(folder), kind)


def export(
    model: Any,
    example: Any,
    run: Callable[[Mapping[str, Any]], tuple[Any, ...]],
    file: Path,
    results: Mapping[str, Mapping[int, str]],
) -> bytes:
    """A model as ONNX, for texts of any length, by way of `file`.

    `example` is what its tokenizer gives for some texts; `run` runs the model on such inputs, by name.
    `results` are the names of what it gives, each with its axes that have no fixed length.
    """
    import torch

    class Whole(torch.nn.Module):
        """From tokens to the results."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *given: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return run(dict(zip(names, given, strict=True)))

    names = [name for name in _INPUTS if name in example]
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    axes |= {name: {0: "batch", **own} for name, own in results.items()}
    with torch.inference_mode():
        torch.onnx.export(
            Whole(),
            tuple(example[name] for name in names),
            str(file),
            dynamo=False,
            opset_version=17,
            input_names=names,
            output_names=[*results],
            dynamic_axes=axes,
        )
    return file.read_bytes()


def quantised(model: bytes) -> bytes:
    """An ONNX model with its weights in eight bits, per channel."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    file = io.BytesIO()
    quantize_dynamic(onnx.load_from_string(model), file, per_channel=True, weight_type=QuantType.QInt8)
    return file.getvalue()


def _write_optimised(model: bytes, folder: Path) -> None:
    """Write the file with the graph as onnxruntime simplifies it: loading is then twice as quick."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(folder / MODEL)
    # The next level would fit the file to this machine's processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _compare(original: Encoder, fast: Encoder, kind: str) -> None:
    texts = original.embed(comparison_texts.TEXTS), fast.embed(comparison_texts.TEXTS)
    questions = tuple(
        np.stack([embedder.embed_query(question) for question in comparison_texts.QUESTIONS])
        for embedder in (original, fast)
    )
    cosines = np.concatenate([(a * b).sum(axis=1) for a, b in (texts, questions)])
    least, least_mean = _NEAR[kind]
    order = _order_kept(questions[0] @ texts[0].T, questions[1] @ texts[1].T)
    if cosines.min() < least or cosines.mean() < least_mean or order < _LEAST_ORDER:
        msg = (
            f"its vectors are not near enough to the model's own (cosine {cosines.mean():.3f} in the mean, "
            f"{cosines.min():.3f} at the least; {order:.0%} of the sample in the same order)"
        )
        raise ModelError(msg)


def _order_kept(own: Vectors, made: Vectors) -> float:
    """The share of the pairs of texts that `own` (cosines, a row a question) tells apart and `made` too."""
    apart, other = (matrix[:, :, None] - matrix[:, None, :] for matrix in (own, made))
    clear = apart > _TOLD_APART
    return float((other[clear] > 0).mean()) if clear.any() else 1.0


def run_program(make: Callable[..., None], *arguments: str) -> None:
    """Call `make` with arguments from the command line, the folder last; end as this module says."""
    parser = argparse.ArgumentParser()
    for name in arguments:
        parser.add_argument(name)
    parser.add_argument("folder", type=Path)
    given = vars(parser.parse_args())
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        make(**given)
    except Exception as error:  # noqa: BLE001 (whichever library it was, its first line is told)
        sys.stderr.write(first_line(error))
        sys.exit(1)


if __name__ == "__main__":
    run_program(make, "source", "revision", "key", "kind")
