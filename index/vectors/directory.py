"""The vector index: Chroma, embedded, in generation directories that are never written once published.

An open Chroma directory must have one owner, and a second process never sees new vectors in it. So each
refresh builds a directory of its own from a copy of the last one, and readers open whichever directory the
catalog names. Nothing here decides which one that is.

A directory holds Chroma's files and a manifest (`index.vectors.manifest`), written last: one without it was
never finished, and one whose files are not as it states is not opened.

A graph joins each vector to some tens of its neighbours. Where many are nearly alike (results, weather,
prices) they are joined to one another and to little else, and searches that begin elsewhere never reach them.
So what was added is looked for as soon as a graph is made, and one that loses some of it is called crowded:
then `index.vectors.nearest` does not rely on it alone.
"""

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.catalog.snapshot import Entry
from index.embedding.types import Vectors
from index.errors import RecordUnreadable, VectorsUnreadable, VectorsUnwritable
from index.vectors.collection import (
    BATCH,
    add_entries,
    all_ids,
    create_collection,
    nearest,
    open_collection,
    stored_vectors,
)
from index.vectors.generation import Crowding, Generation, Generations, Sample
from index.vectors.manifest import FILE, altered_file, damaged, read_manifest, write_manifest

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_JOURNAL = 65_536
# A reader's Chroma makes and removes a journal beside the database, though nothing is ever written there.
_NOT_COPIED = shutil.ignore_patterns(FILE, "*-journal", "*-wal", "*-shm")
# Deleting leaves holes in the graph that cost space and recall; past this share, building anew is better.
_MOST_DEAD = 0.25
# What a directory lacks or holds in vain is searched beside it or asked for in vain: so much at most.
_SHARE_BESIDE, _MOST_BESIDE = 1 / 8, 50_000
# Clients of one directory share one engine, which Chroma starts and stops without a lock: a second thread
# could be given one that has not started yet, or that is being stopped.
_OPENING = threading.Lock()


class DirectoryGeneration(Generation):
    """A published directory."""

    def __init__(self, folder: Path) -> None:
        """Raises VectorsUnreadable where it is not there or not whole."""
        self.folder = folder
        manifest = read_manifest(folder)
        self.crowding = Crowding.stated(manifest.get("crowded"))
        if altered_file(folder, manifest):
            raise damaged(folder)
        self._client = _opened(folder)
        try:
            self._collection = open_collection(self._client)
        except Exception as error:
            self.close()
            raise damaged(folder) from error

    def close(self) -> None:
        """Give the files back. The object cannot be used afterwards."""
        _close(self._client)

    def count(self) -> int:
        """How many vectors there are."""
        with self._translate_errors():
            return int(self._collection.count())

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids, nearest first, each with its cosine."""
        with self._translate_errors():
            return nearest(self._collection, vector, k)

    def stored(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those ids that are there."""
        with self._translate_errors():
            return stored_vectors(self._collection, ids)

    def ids(self) -> set[str]:
        """Every id, for checks."""
        with self._translate_errors():
            return all_ids(self._collection)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Chroma's errors as ours: they share no base that its releases keep, and the remedy is the same."""
        try:
            yield
        except Exception as error:
            raise damaged(self.folder) from error


class DirectoryGenerations(Generations):
    """The folder in which generation directories live."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, name: str) -> DirectoryGeneration:
        """Open the directory `name`."""
        return DirectoryGeneration(self._root / name)

    def build(
        self, base: str, removed: Sequence[str], added: Iterable[Sequence[Entry]], generation: int, total: int
    ) -> str:
        """A new directory, copied from `base`; see `Generations.build`."""
        name = f"{generation:08d}-{secrets.token_hex(4)}"
        folder = self._root / name
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        dead, crowding = 0, Crowding.NONE
        if base:
            manifest = read_manifest(self._root / base)
            dead = manifest["dead"] + len(removed)
            crowding = Crowding.stated(manifest.get("crowded"))
            shutil.copytree(self._root / base, folder, ignore=_NOT_COPIED)
        client = _client(folder)
        try:
            collection = open_collection(client) if base else create_collection(client)
            for start in range(0, len(removed), BATCH):
                collection.delete(ids=list(removed[start : start + BATCH]))
            sample = Sample()
            for batch in added:
                add_entries(collection, batch)
                sample.see(batch)
            count = int(collection.count())
        finally:
            _close(client)
        write_manifest(folder, count, dead, crowding)
        if (worse := crowding.or_worse(self._check(name, count, sample.vectors))) is not crowding:
            write_manifest(folder, count, dead, worse)
        _sync(folder)
        return name

    def take(self, other: "DirectoryGenerations", name: str) -> None:
        """Copy a generation of another folder, whole or not at all. Raises VectorsUnreadable, OSError."""
        folder, whole = other._root / name, self._root / name
        if altered_file(folder, read_manifest(folder)):
            raise damaged(folder)
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(folder, whole)
        _sync(whole)

    def needs_full_rebuild(self, name: str, removing: int) -> bool:
        """Whether so much of the directory is dead that it should be built anew rather than copied."""
        manifest = read_manifest(self._root / name)
        return bool(manifest["dead"] + removing > _MOST_DEAD * max(manifest["count"], 1000))

    def needs_new_generation(self, name: str, beside: int) -> bool:
        """Whether so many rows are not, or no longer, of the directory that the next one should be made."""
        return bool(beside > min(_MOST_BESIDE, read_manifest(self._root / name)["count"] * _SHARE_BESIDE))

    def verify(
        self, name: str, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]
    ) -> list[str]:
        """What is wrong with the directory, a sentence each; hashes first, since opening damage can crash."""
        folder = self._root / name
        try:
            manifest = read_manifest(folder)
        except VectorsUnreadable as error:
            return [str(error)]
        if (path := altered_file(folder, manifest, all_=True)) is not None:
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

    def _check(self, name: str, count: int, sample: Mapping[str, Vectors]) -> Crowding:
        """How crowded it is. Raises VectorsUnreadable where it does not hold what was stored."""
        generation = self.open(name)
        try:
            if generation.count() != count or generation.count_altered(sample):
                raise damaged(self._root / name)
            return generation.measured_crowding(sample)
        finally:
            generation.close()


def _client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    try:
        with _OPENING:
            return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except BaseException as error:
        # A panic of Chroma's own code, for want of descriptors for one, is no Exception.
        if isinstance(error, Exception) or type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(str(error)) from error


def _close(client: "ClientAPI") -> None:
    with _OPENING:
        client.close()


def _opened(folder: Path) -> "ClientAPI":
    """A client of a directory that is there. Chroma writes when it opens one, and may not be able to."""
    try:
        return _client(folder)
    except Exception as error:
        if not _takes_writes(folder):
            msg = f"Nothing can be written in {folder}, which opening the vector index needs."
            raise VectorsUnwritable(msg) from error
        msg = (
            f"The vector index in {folder} could not be opened ({error}): check that its files can be "
            "written and the disk has room; where both are so, run `onrecord rebuild`."
        )
        raise RecordUnreadable(msg) from error


def _takes_writes(folder: Path) -> bool:
    """Whether a few pages can be written there: Chroma's journal, when it opens a directory."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_JOURNAL))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def _sync(folder: Path) -> None:
    """Have everything on disk before a commit names the directory: a power cut must not take it away."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
