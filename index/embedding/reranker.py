"""Cross-encoders that put passages into a better order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.embedding.sentence_transformer import first_line, quieten
from index.embedding.torch_installed import need_torch
from index.errors import ModelError
from index.made_once import made_once

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Rerank = Callable[[str, Sequence[str]], npt.NDArray[np.float32]]
"""How well each text answers a question; more is better, on any scale."""


def load_reranker(model: str, revision: str = "") -> Rerank | None:
    """The cross-encoder in a folder or, pinned by `revision`, on a hub; None where `model` is "".

    Raises ModelError where it cannot be loaded. It is loaded with the first question.
    """
    if not model:
        return None
    if not Path(model).expanduser().is_dir() and not revision:
        msg = (
            f"The reranker {model!r} is not a folder here; for a model from a hub, pin it by setting "
            "reranker_revision to a commit."
        )
        raise ModelError(msg)

    @made_once
    def loaded() -> "CrossEncoder":
        return cross_encoder(model, revision)

    def rerank(question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        pairs = [(question, text) for text in texts]
        scores = loaded().predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))

    return rerank


def cross_encoder(model: str, revision: str) -> "CrossEncoder":
    """A cross-encoder as its library runs it. Raises ModelError where it cannot be loaded."""
    need_torch(f"The cross-encoder {model}")
    quieten()
    from sentence_transformers import CrossEncoder

    source = str(Path(model).expanduser()) if not revision else model
    try:
        return CrossEncoder(source, revision=revision or None, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError) as error:
        msg = f"The cross-encoder {model} could not be loaded: {first_line(error)}"
        raise ModelError(msg) from error
