"""Models as sentence-transformers runs them, on a GPU where there is one.

The training library behind it takes seconds to import and hundreds of megabytes, so nothing here imports it
before the first vector is asked for.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedding.tokenizer import ModelTokenizer
from index.embedding.torch_installed import need_torch
from index.embedding.types import TokenVectors, Vectors, of_length_1
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MOST_TOKENS = 8_192


class SentenceTransformerEmbedder:
    """A sentence-transformers model in a folder or on a hub, loaded when the first vector is asked for."""

    def __init__(self, source: str, key: str, revision: str = "") -> None:
        self._source = source
        self._revision = revision
        self._key = key
        self._model: SentenceTransformer | None = None
        self._loading = Lock()

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
            # A model that only adds up words reads a text of any length.
            return int(min(self.model.max_seq_length or 512, _MOST_TOKENS))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones counted."""
        return self.tokens.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Batches are sorted by length by the library, so order them as you like."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return self._encode(self.model.encode_document, list(texts))

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The same, and the tokens of each text."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32), []
        found = self.model.encode_document(list(texts), output_value=None, show_progress_bar=False)
        vectors = of_length_1(np.stack([one["sentence_embedding"].float().cpu().numpy() for one in found]))
        return vectors, [self._tokens_of(*one) for one in zip(texts, vectors, found, strict=True)]

    def _tokens_of(self, text: str, vector: Vectors, found: Mapping[str, Any]) -> TokenVectors:
        if "token_embeddings" not in found:
            return TokenVectors.whole(vector, text)
        prompt = self.document_prompt
        spans = self.tokens.read_by_model(prompt + text, self.max_tokens).spans
        rows = found["token_embeddings"][found["attention_mask"].bool()].float().cpu().numpy()
        # The library may have read it otherwise than its tokenizer's file says.
        return (
            TokenVectors.of(rows, spans, len(prompt))
            if len(rows) == len(spans)
            else TokenVectors.whole(vector, text)
        )

    @property
    def document_prompt(self) -> str:
        """What stands before a text that is embedded as a document."""
        return self.prompt("document", "passage", "corpus")

    def prompt(self, *names: str) -> str:
        """What the library puts before such a text: see `encode_query` and `encode_document`."""
        for name in (*names, self.model.default_prompt_name):
            if name and self.model.prompts.get(name) is not None:
                return str(self.model.prompts[name])
        return ""

    def embed_query(self, text: str) -> Vectors:
        """One vector, with the model's own query prompt where it has one."""
        vector: Vectors = self._encode(self.model.encode_query, [text])[0]
        return vector

    @staticmethod
    def _encode(encode: object, texts: list[str]) -> Vectors:
        assert callable(encode)  # noqa: S101 (narrows the type)
        vectors: Vectors = encode(texts, normalize_embeddings=True, show_progress_bar=False, batch_size=32)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def tokens(self) -> ModelTokenizer:
        """The model's tokenizer, from its folder where there is one; else from the loaded model."""
        try:
            return ModelTokenizer.read(Path(self._source))
        except OSError:
            backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            msg = f"The model {self._source} has no fast tokenizer, so its texts cannot be measured."
            raise ModelError(msg)
        return ModelTokenizer(backend.to_str())

    @property
    def model(self) -> "SentenceTransformer":
        """The library's own object, loaded once by whichever thread is first."""
        with self._loading:
            if self._model is None:
                self._model = self._loaded()
            return self._model

    def _loaded(self) -> "SentenceTransformer":
        need_torch(f"The embedding model {self._source}")
        quieten()
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source, revision=self._revision or None, trust_remote_code=False)
        except (OSError, ValueError, RuntimeError) as error:
            msg = f"The embedding model {self._source} could not be loaded: {first_line(error)}"
            raise ModelError(msg) from error


def first_line(error: Exception) -> str:
    """What a library says went wrong, of which often much follows; the error's type where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def quieten() -> None:
    """Let the library print nothing but errors."""
    from transformers.utils import logging as transformers_logging

    # Its progress bar is for downloads; here it would break the one line of progress that we show.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
