"""A model run by onnxruntime from a folder that `onnx_export` made: quick to load, small, and much faster.

Each text is run by itself, on one thread, and texts spread over the processor's cores. Nothing is padded, so
there is nothing to sort by length, and a text gets the same vector whatever else is embedded with it (the
int8 model measures its numbers' range per run). It is also faster than batches: on two cores, 200-token
chunks at 126 a second in ones, 64 in eights and 36 in thirty-twos.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.embedding.tokenizer import ModelTokenizer, Tokens
from index.embedding.types import TokenVectors, Vectors
from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL = "model.onnx"
VECTOR, TOKENS = "vector", "tokens"
"""What the model gives: of the text, and of each of its tokens."""
_MANIFEST = "encoder.json"


@dataclass(frozen=True, slots=True)
class EncoderManifest:
    """What a folder holds; written last, so a folder without it was never finished.

    `size` and `sha256` are those of the model file. The prompts stand before what is embedded.
    """

    key: str
    max_tokens: int
    dimensions: int
    query_prompt: str
    document_prompt: str
    size: int
    sha256: str

    def write(self, folder: Path) -> None:
        """Put it into `folder`."""
        (folder / _MANIFEST).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "EncoderManifest":
        """The manifest in `folder`. Raises OSError, ValueError or TypeError where it is not whole."""
        manifest = cls(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
        if (folder / MODEL).stat().st_size != manifest.size:
            msg = "the model has another size"
            raise ValueError(msg)
        return manifest


class OnnxEmbedder:
    """The encoder in a folder; the libraries are imported when they are first needed."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, ValueError or TypeError where the folder is not whole."""
        self.folder = folder
        self.manifest = EncoderManifest.read(folder)
        self._tokens = ModelTokenizer.read(folder)
        self._session: InferenceSession | None = None
        self._workers: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def check(self) -> None:
        """Raises ModelError where the model's file is not what was written."""
        with (self.folder / MODEL).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.manifest.sha256:
                raise _damaged(self.folder)

    @property
    def key(self) -> str:
        """Names the model, its weights, and how it is run."""
        return self.manifest.key

    @property
    def max_tokens(self) -> int:
        """Tokens that the model reads, special ones counted."""
        return self.manifest.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones counted."""
        return self._tokens.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, as documents are embedded."""
        prompt = self.manifest.document_prompt
        vectors = np.zeros((len(texts), self.manifest.dimensions), dtype=np.float32)

        def run(place: int) -> None:
            vectors[place] = self._vector(prompt + texts[place])

        self._each(texts, run)
        return vectors

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The same, and the tokens of each text."""
        prompt = self.manifest.document_prompt
        vectors = np.zeros((len(texts), self.manifest.dimensions), dtype=np.float32)
        tokens: dict[int, TokenVectors] = {}

        def run(place: int) -> None:
            read = self._read(prompt + texts[place])
            vector, of_tokens = self._run((VECTOR, TOKENS), read.ids)
            vectors[place] = _of_length_1(vector)
            tokens[place] = TokenVectors.of(of_tokens, read.spans, len(prompt))

        self._each(texts, run)
        return vectors, [tokens[place] for place in range(len(texts))]

    def embed_query(self, text: str) -> Vectors:
        """One vector, as questions are embedded."""
        return self._vector(self.manifest.query_prompt + text)

    def _each(self, texts: Sequence[str], run: Callable[[int], None]) -> None:
        """Run each text by its place, spread over the cores."""
        self._loaded()
        if len(texts) == 1:
            run(0)
        else:
            # The longest first: else one of them, begun last, would keep every other core waiting.
            order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
            for _ in self._spread().map(run, order):
                pass

    def _vector(self, text: str) -> Vectors:
        return _of_length_1(self._run((VECTOR,), self._read(text).ids)[0])

    def _read(self, text: str) -> Tokens:
        return self._tokens.read_by_model(text, self.max_tokens)

    def _run(self, wanted: Sequence[str], tokens: Sequence[int]) -> list[Vectors]:
        session = self._loaded()
        ids = np.array([tokens], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        found = session.run(wanted, {one.name: given[one.name] for one in session.get_inputs()})
        return [one[0] for one in found]

    def _spread(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._workers is None:
                self._workers = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder")
            return self._workers

    def _loaded(self) -> "InferenceSession":
        with self._lock:
            if self._session is None:
                self._session = _session(self.folder / MODEL)
            return self._session


def _of_length_1(vector: Vectors) -> Vectors:
    return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-12))


def _session(path: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # What there is to optimise was, when the file was made.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime's errors share no base but Exception.
        raise _damaged(path.parent) from error


def _damaged(folder: Path) -> ModelError:
    return ModelError(f"The fast encoder in {folder} is damaged; delete that folder, and it is made again.")


def _cores() -> int:
    """How many cores the process may use; OMP_NUM_THREADS says where there are to be fewer, as for torch."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    said = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(there, int(said)) if said.isdecimal() and int(said) else there)
