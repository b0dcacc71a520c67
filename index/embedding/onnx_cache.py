"""Where fast encoders are kept: the user's cache, one folder each, shared by all records and installations.

An installation may bring encoders of its own (`make install` does), which are found where the cache has none.

Not in the record, so that a second record costs nothing and a copied one carries nothing that fits another
machine; not beside the package, which may be read-only. A folder appears whole, by being renamed, and is
never changed; losing it costs the seconds that it takes to make it again.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedding.onnx_embedder import OnnxEmbedder
from index.embedding.torch_installed import need_torch

# Of what is in a folder; where vectors come out otherwise, their keys (see `key_of`) have to be others too.
_RECIPE = 2
_PATIENCE = 600.0


class NotMade(Exception):
    """Why there is no such encoder, as the end of a sentence; the model can still be run by torch."""


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model: `key` names it and its weights; `check` raises where those are wrong."""

    key: str
    source: str
    revision: str = ""
    check: Callable[[], None] = lambda: None


def key_of(model_key: str, kind: str) -> str:
    """The key of the encoder of `kind` made from a model: its vectors are near the model's, not the same."""
    return f"{model_key}+{kind}"


def root() -> Path:
    """The folder of all encoders: under XDG_CACHE_HOME, which is ~/.cache where it is not set."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(stated) if Path(stated).is_absolute() else Path.home() / ".cache") / "onrecord" / "encoders"


def _installed() -> Path:
    """The folder of the encoders that an installation brings; nothing is written there."""
    return Path(sys.prefix) / "share" / "onrecord" / "encoders"


def fetch(model: Model, kind: str, waiting: Callable[[str], AbstractContextManager[None]]) -> OnnxEmbedder:
    """The encoder, made if it is not there yet; two processes that want it make it once. Raises NotMade."""
    key = key_of(model.key, kind)
    name = f"{key.replace('/', '--')}.{_RECIPE}"
    folder = root() / name
    if (found := _open(folder) or _open(_installed() / name)) is not None:
        return found
    need_torch(f"Making the {kind} encoder of {model.key}")
    model.check()
    with (
        waiting("Making a fast encoder from the embedding model, once (about fifteen seconds) …"),
        locked(folder),
    ):
        if (found := _open(folder)) is None:
            make(folder, "onnx_export", model.source, model.revision, key, kind)
            found = OnnxEmbedder(folder)
    return found


def _open(folder: Path) -> OnnxEmbedder | None:
    try:
        return OnnxEmbedder(folder)
    except (OSError, ValueError, TypeError):
        return None


def make(folder: Path, module: str, *arguments: str) -> None:
    """Let a module of `index.embedding` make a folder in a process of its own, whole or not at all.

    Whoever calls holds its lock. Raises NotMade with the module's last words.
    """
    for left in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(left, ignore_errors=True)  # by a process that was killed: we hold the lock
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as unfinished:
        ended = subprocess.run(  # noqa: S603 (this interpreter, and arguments as a list)
            [sys.executable, "-m", f"index.embedding.{module}", *arguments, unfinished],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # The folder that holds this package, so that none in the current folder is taken for it.
            cwd=Path(__file__).parents[2],
            text=True,
            check=False,
        )
        if ended.returncode:
            lines = ended.stderr.strip().splitlines()
            raise NotMade(lines[-1].rstrip(".") if lines else f"it ended with {ended.returncode}")
        shutil.rmtree(folder, ignore_errors=True)  # one that is not whole
        Path(unfinished).rename(folder)
        # What the context manager deletes must be there.
        Path(unfinished).mkdir()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The right to make a folder; whoever else wants it waits. Raises NotMade where that takes too long."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{folder.name}.lock", timeout=_PATIENCE):
            yield
    except Timeout as error:
        msg = f"another process has been making it for {_PATIENCE / 60:.0f} minutes"
        raise NotMade(msg) from error
    except (OSError, ValueError, TypeError) as error:
        msg = f"{folder.parent}: {getattr(error, 'strerror', None) or error}"
        raise NotMade(msg) from error
