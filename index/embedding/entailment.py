"""Whether one text follows from another, by a cross-encoder for natural language inference.

Any sentence-transformers CrossEncoder will do that has two or three classes, one of them named "entailment".
It is run by onnxruntime in eight bits, like the embedding model: from its own ONNX file where its folder has
one with a tokenizer beside it, else from one that is made of it once and kept in the user's cache.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedding import onnx_cache
from index.embedding.torch_installed import need_torch
from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Entails = Callable[[str, str], float]
"""The probability, 0 to 1, that the second text follows from the first."""

_TOKENIZER, _CONFIG = "tokenizer.json", "config.json"
_ONNX = (
    "model_int8.onnx",
    "model.onnx",
    "onnx/model_int8.onnx",
    "onnx/model_quantized.onnx",
    "onnx/model.onnx",
)
_LONGEST = 512


def load_entailment(model: str, revision: str = "") -> Entails | None:
    """The cross-encoder in a folder or, pinned by `revision`, on a hub; None where `model` is "".

    Raises ModelError where it is none; what must be read or made for it is, when it is first asked.
    """
    if not model:
        return None
    folder = Path(model).expanduser()
    if not folder.is_dir() and not revision:
        msg = (
            f"The entailment model {model!r} is no folder here; for a model from a hub, pin it by setting "
            "entailment_revision to a commit."
        )
        raise ModelError(msg)
    if folder.is_dir() and not (folder / _CONFIG).is_file():
        msg = f"{folder} holds no cross-encoder (no {_CONFIG})."
        raise ModelError(msg)
    return OnnxEntailment(str(folder.resolve()) if folder.is_dir() else model, revision).probability


class OnnxEntailment:
    """A cross-encoder run by onnxruntime, one pair at a time. Safe for use by several threads."""

    def __init__(self, source: str, revision: str) -> None:
        """`source` is a folder or a hub name."""
        self._source = source
        self._revision = revision
        self._lock = Lock()

    def probability(self, premise: str, sentence: str) -> float:
        """How probable it is that `sentence` follows from `premise`. Raises ModelError."""
        with self._lock:
            session, tokenizer, place = self._session, self._tokenizer, self._place
        encoding = tokenizer.encode(premise, sentence)
        rows = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        given: dict[str, Any] = {}
        for one in session.get_inputs():
            row = list(rows[one.name])
            # A file may have been made for one length.
            length = one.shape[1] if isinstance(one.shape[1], int) else len(row)
            row = [*row, *[0] * (length - len(row))]
            given[one.name] = np.array([row[:length]], dtype=np.int64)
        scores = np.asarray(session.run(None, given)[0][0], dtype=np.float64)
        shares = np.exp(scores - scores.max())
        return float(shares[place] / shares.sum())

    @cached_property
    def _folder(self) -> Path:
        folder = Path(self._source)
        if folder.is_dir() and (folder / _TOKENIZER).is_file() and _onnx_in(folder):
            return folder
        return _made(self._source, self._revision)

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        file = _onnx_in(self._folder)
        try:
            return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # onnxruntime's errors share no base but Exception.
            msg = (
                f"The entailment model in {self._folder} cannot be run: its file is damaged or no ONNX file."
            )
            raise ModelError(msg) from error

    @cached_property
    def _tokenizer(self) -> Any:
        from index.embedding.tokenizer import pair_tokenizer

        return pair_tokenizer(self._folder / _TOKENIZER, _LONGEST)

    @cached_property
    def _place(self) -> int:
        """The number of the class that means "follows"."""
        try:
            config = json.loads((self._folder / _CONFIG).read_text(encoding="utf-8"))
            named = config.get("id2label", {}).items()
            labels = {int(number): str(label).lower() for number, label in named}
        except (OSError, ValueError, AttributeError) as error:
            msg = f"The entailment model in {self._folder} cannot be run: its {_CONFIG} is damaged."
            raise ModelError(msg) from error
        places = [number for number, label in labels.items() if label.startswith("entail")]
        if len(places) != 1 or len(labels) not in (2, 3):
            msg = (
                f"The model {self._source} tells no entailment: it must have two or three classes, "
                'one of them named "entailment" (id2label in its config.json).'
            )
            raise ModelError(msg)
        return places[0]


def _onnx_in(folder: Path) -> Path | None:
    return next((folder / name for name in _ONNX if (folder / name).is_file()), None)


def _made(source: str, revision: str) -> Path:
    """The folder of the ONNX file made from a model, once for all records. Raises ModelError."""
    key = hashlib.sha256(f"{source}@{revision}@{_stamp(source)}".encode()).hexdigest()[:16]
    folder = onnx_cache.root().parent / "entailment" / key
    if _onnx_in(folder):
        return folder
    need_torch(f"The entailment model {source}")
    try:
        with onnx_cache.locked(folder):
            if not _onnx_in(folder):
                onnx_cache.make(folder, "entailment_export", source, revision)
    except onnx_cache.NotMade as error:
        msg = f"The entailment model {source} could not be made ready: {error}."
        raise ModelError(msg) from error
    return folder


def _stamp(source: str) -> str:
    """What tells a folder's weights from others that stood there before."""
    folder = Path(source)
    files = sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.bin")) if folder.is_dir() else []
    return ";".join(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
