"""The vector index: Chroma, embedded, in generation directories that are never written once published.

An open Chroma directory must have one owner, and a second process never sees new vectors in it. So each
refresh builds a directory of its own from a copy of the last one, and readers open whichever directory the
catalog names. Nothing here decides which one that is.

A directory holds Chroma's files and `generation.json`, written last: how many vectors there are, how many
dead ones the copies carry along, and the size and hash of each file of the graph. A directory without it was
never finished. Chroma answers from damaged files without an error or by a crash of the process, so sizes are
compared before a directory is opened, and hashes by `verify`.

A graph joins each vector to some tens of its neighbours. Where many are nearly alike (results, weather,
prices) they are joined to one another and to little else, and searches that begin elsewhere never reach them.
So what was added is looked for as soon as a graph is made, and one that loses some of it is called crowded:
then `index.vectors.nearest` does not rely on it.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.catalog.snapshot import Entry
from index.embedding.embedder import Vectors
from index.errors import RecordUnreadable, VectorsUnreadable
from index.vectors.generation import (
    _BATCH,
    _MOST_CROWDED,
    Sample,
    add_entries,
    create_collection,
    open_collection,
)

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_MANIFEST = "generation.json"
# The cosine of a vector with itself, less what is lost in arithmetic.
_SAME = 0.999
_MOST_MISSED = 0.1
# Deleting leaves holes in the graph that cost space and recall; past this share, building anew is better.
_MOST_DEAD = 0.25
# What a directory lacks or holds in vain is searched beside it or asked for in vain: so much at most.
_SHARE_BESIDE, _MOST_BESIDE = 1 / 8, 50_000


class Generation:
    """A published directory, opened for reading. Close it when the catalog names another.

    `crowded` says that searches miss some of what it holds.
    """

    crowded: bool

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = _manifest(folder)
        self.crowded = bool(manifest.get("crowded"))
        for name, stated in manifest["files"].items():
            file = folder / name
            if not file.is_file() or file.stat().st_size != stated["size"]:
                raise _damaged(folder)
        self._client = _opened(folder)
        try:
            self._collection = open_collection(self._client)
        except Exception as error:
            self._client.close()
            raise _damaged(folder) from error

    def count(self) -> int:
        """How many vectors there are."""
        with self._told():
            return int(self._collection.count())

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids, nearest first, each with its cosine."""
        with self._told():
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=k, include=["distances"]
            )
        distances = found["distances"]
        if not distances:
            return []
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def sample_problems(self, sample: Mapping[str, Vectors]) -> str:
        """What is wrong with the vectors of `sample`, in a sentence; "" where nothing is."""
        if altered := self.count_altered(sample):
            return f"{altered} of {len(sample)} vectors that were tried are not what was stored."
        missed = 0 if self.crowded else self.count_missed(sample)
        # The graph is approximate: among vectors that are nearly alike it misses one now and then.
        if missed > max(2, _MOST_MISSED * len(sample)):
            return f"{missed} of {len(sample)} vectors that were tried are not found."
        return ""

    def count_altered(self, sample: Mapping[str, Vectors]) -> int:
        """How many vectors of `sample` are not there or not what was stored."""
        if not sample:
            return 0
        with self._told():
            held = self._collection.get(ids=list(sample), include=["embeddings"])
        stored = dict(zip(held["ids"], np.asarray(held["embeddings"]), strict=True))
        return sum(id_ not in stored or stored[id_] @ vector < _SAME for id_, vector in sample.items())

    def count_missed(self, sample: Mapping[str, Vectors]) -> int:
        """For how many vectors of `sample` a search finds neither them nor any that is the same."""
        return sum(all(cosine < _SAME for _, cosine in self.query(vector, 10)) for vector in sample.values())

    def is_crowded(self, sample: Mapping[str, Vectors]) -> bool:
        """Whether a graph that was just made of `sample` and more is crowded."""
        return self.count_missed(sample) > _MOST_CROWDED * len(sample)

    def ids(self) -> set[str]:
        """Every id, for checks."""
        with self._told():
            return set(self._collection.get(include=[])["ids"])

    def problems(self, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]) -> list[str]:
        """What is wrong with what it holds, a sentence each; see `Generations.verify`."""
        held = self.ids()
        losses = self.sample_problems(sample)
        found = [losses] if losses else []
        if missing := len(expected - held):
            found.append(f"{missing} chunks have no vector.")
        if extra := len(held - expected - dead):
            found.append(f"{extra} vectors belong to no chunk.")
        return found

    def close(self) -> None:
        """Give the files back. The object cannot be used afterwards."""
        self._client.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Chroma's errors as ours: they share no base that its releases keep, and the remedy is the same."""
        try:
            yield
        except Exception as error:
            raise _damaged(self.folder) from error


class Generations:
    """The folder in which generation directories live."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, name: str) -> Generation:
        """Open the directory `name`. Raises VectorsUnreadable where it is not there or not whole."""
        return Generation(self._root / name)

    def build(
        self, base: str, removed: Sequence[str], added: Iterable[Sequence[Entry]], generation: int
    ) -> str:
        """A new directory: `base` ("" is an empty one) less `removed`, and `added`; returns its name.

        The new directory is checked by opening it: right count, and a sample of what was added is stored as
        it was. Where searches miss some of that, or did in `base`, it is crowded.
        """
        name = f"{generation:08d}-{secrets.token_hex(4)}"
        folder = self._root / name
        self._root.mkdir(parents=True, exist_ok=True)
        dead, crowded = 0, False
        if base:
            manifest = _manifest(self._root / base)
            dead, crowded = manifest["dead"] + len(removed), bool(manifest.get("crowded"))
            shutil.copytree(self._root / base, folder, ignore=shutil.ignore_patterns(_MANIFEST))
        client = _client(folder)
        try:
            collection = open_collection(client) if base else create_collection(client)
            for start in range(0, len(removed), _BATCH):
                collection.delete(ids=list(removed[start : start + _BATCH]))
            sample = Sample()
            for batch in added:
                add_entries(collection, batch)
                sample.see(batch)
            count = int(collection.count())
        finally:
            client.close()
        _write_manifest(folder, count, dead, crowded=crowded)
        if self._check(name, count, sample.vectors) and not crowded:
            _write_manifest(folder, count, dead, crowded=True)
        return name

    def needs_full_rebuild(self, name: str, removing: int) -> bool:
        """Whether so much of the directory is dead that it should be built anew rather than copied."""
        manifest = _manifest(self._root / name)
        return bool(manifest["dead"] + removing > _MOST_DEAD * max(manifest["count"], 1000))

    def needs_new_generation(self, name: str, beside: int) -> bool:
        """Whether so many rows are not, or no longer, of the directory that the next one should be made."""
        return bool(beside > min(_MOST_BESIDE, _manifest(self._root / name)["count"] * _SHARE_BESIDE))

    def verify(
        self, name: str, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]
    ) -> list[str]:
        """What is wrong with the directory, a sentence each; hashes first, since opening damage can crash.

        `expected` are the ids that it must hold, `dead` those that it may; vectors of `sample`, by id, are
        looked for in it.
        """
        folder = self._root / name
        try:
            manifest = _manifest(folder)
        except VectorsUnreadable as error:
            return [str(error)]
        for file, stated in manifest["files"].items():
            path = folder / file
            if not path.is_file() or _hash(path) != stated["sha256"]:
                return [f"The vector index file {path} is damaged."]
        try:
            generation = self.open(name)
        except VectorsUnreadable as error:
            return [str(error)]
        try:
            return generation.problems(expected, dead, sample)
        except VectorsUnreadable as error:
            return [str(error)]
        finally:
            generation.close()

    def sweep(self, keep: Iterable[str]) -> None:
        """Delete every directory but those in `keep`: leftovers of crashed runs and outdated ones."""
        kept = set(keep)
        if self._root.is_dir():
            for folder in self._root.iterdir():
                if folder.name not in kept:
                    shutil.rmtree(folder, ignore_errors=True)

    def _check(self, name: str, count: int, sample: Mapping[str, Vectors]) -> bool:
        """Whether it is crowded. Raises VectorsUnreadable where it does not hold what was stored."""
        generation = self.open(name)
        try:
            if generation.count() != count or generation.count_altered(sample):
                raise _damaged(self._root / name)
            return generation.is_crowded(sample)
        finally:
            generation.close()


def _client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _opened(folder: Path) -> "ClientAPI":
    """A client of a directory that is there. Chroma writes when it opens one, and may not be able to."""
    try:
        return _client(folder)
    except Exception as error:
        msg = (
            f"The vector index in {folder} could not be opened ({error}): check that its files can be "
            "written and the disk has room; where both are so, run `onrecord rebuild`."
        )
        raise RecordUnreadable(msg) from error


def _write_manifest(folder: Path, count: int, dead: int, *, crowded: bool) -> None:
    # chroma.sqlite3 is left out: opening it to read touches it. The graph's files are not written again once
    # they hold anything; before (under a thousand vectors) one of them is, so then there is nothing to hash.
    graph = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent != folder]
    if not any(path.name == "index_metadata.pickle" for path in graph):
        graph = []
    files = {
        str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": _hash(path)} for path in graph
    }
    manifest = {"count": count, "dead": dead, "crowded": crowded, "files": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder) from error
    return manifest


def _damaged(folder: Path) -> VectorsUnreadable:
    return VectorsUnreadable(
        f"The vector index in {folder} is damaged or gone; run `onrecord rebuild` to make it again."
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
