"""Vectors on a Chroma server, behind the same contract as in directories (`index.vectors.generation`).

A generation is a collection instead of a directory, and is treated as one: written once, marked when it is
finished, named by the catalog's commit, and never written again. What came since is found beside it, and ids
carry the revision of their article, so whatever the server holds or has lost, a reader meets no half article.

The server has no authentication and no tenants of its own that we rely on: names carry the record's id (kept
in its folder, so a restored or copied record gets another), and only collections of that id are ever deleted.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from index.catalog.snapshot import Entry
from index.embedding.types import Vectors
from index.errors import OnRecordError, RecordUnreadable, VectorsUnreachable, VectorsUnreadable
from index.vectors.connection import Server, close, connect, lost, translate_errors
from index.vectors.generation import (
    Generation,
    Generations,
    Sample,
    add_entries,
    create_collection,
    open_collection,
)

_ID_FILE = "vectors.id"
_NAME = re.compile(r"onrecord-([0-9a-f]{16})-\d{8}-[0-9a-f]{8}")
# Seconds: an asker who waits longer has given up; a writer's batch of a thousand may take a while.
_ASKED, _WRITING = 10.0, 120.0
# A collection cannot be copied, so the next one is made from everything. Seldom, that is: what came since the
# last is searched beside it at little cost.
_SHARE_BESIDE, _MOST_BESIDE = 1 / 2, 200_000
_FEWEST_BESIDE = 1_000


class ServerGeneration(Generation):
    """A published collection."""

    def __init__(self, server: Server, name: str) -> None:
        """Raises VectorsUnreadable where it is not there or not finished, VectorsUnreachable."""
        self._server = server
        self._client = connect(server, _ASKED)
        try:
            with self._translate_errors():
                self._collection = open_collection(self._client, name)
            metadata = self._collection.metadata or {}
            self.stated = int(metadata.get("count", -1))
            self.crowded = bool(metadata.get("crowded"))
            if self.stated < 0:
                raise lost(server)
        except BaseException:
            self.close()
            raise

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids, nearest first, each with its cosine."""
        try:
            return super().query(vector, k)
        except VectorsUnreachable as error:
            if error.waited:
                raise
            # The connection may have been one that a restarted server knows nothing of.
            return super().query(vector, k)

    def mark_crowded(self) -> None:
        """Say that searches miss some of what it holds, before it is published."""
        with self._translate_errors():
            self._collection.modify(metadata={"count": self.stated, "crowded": True})

    def close(self) -> None:
        """Give the connection back."""
        close(self._client)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        with translate_errors(self._server):
            yield


class ServerGenerations(Generations):
    """The collections of one record on a server."""

    def __init__(self, server: Server, home: Path) -> None:
        self._server = server
        self._home = home
        # How many vectors each collection holds: written once, so asked for once.
        self._counts: dict[str, int] = {}

    def open(self, name: str) -> ServerGeneration:
        """Open the collection `name`. Raises VectorsUnreadable, VectorsUnreachable."""
        if not _NAME.fullmatch(name):
            # Of a time when the settings named no server.
            raise lost(self._server)
        opened = ServerGeneration(self._server, name)
        self._counts[name] = opened.stated
        return opened

    def build(
        self, base: str, removed: Sequence[str], added: Iterable[Sequence[Entry]], generation: int
    ) -> str:
        """A new collection of `added`, which must be everything; see `Generations.build`."""
        if base or removed:
            msg = "A collection cannot be copied on a server: build it from everything, on no base."
            raise ValueError(msg)
        name = f"onrecord-{self._record()}-{generation:08d}-{secrets.token_hex(4)}"
        client = connect(self._server, _WRITING)
        try:
            with translate_errors(self._server):
                collection = create_collection(client, name)
                sample = Sample()
                stated = 0
                for batch in added:
                    add_entries(collection, batch)
                    stated += len(batch)
                    sample.see(batch)
                collection.modify(metadata={"count": stated})
        except BaseException:
            with suppress(Exception):
                client.delete_collection(name)
            raise
        finally:
            close(client)
        built = self.open(name)
        try:
            if built.count() != stated or built.count_altered(sample.vectors):
                raise lost(self._server)
            if built.is_crowded(sample.vectors):
                built.mark_crowded()
        finally:
            built.close()
        return name

    def needs_full_rebuild(self, name: str, removing: int) -> bool:
        """Always: what is published on a server is never written again."""
        return True

    def needs_new_generation(self, name: str, beside: int) -> bool:
        """Whether so many rows are not, or no longer, of the collection that the next one should be made."""
        if beside <= _FEWEST_BESIDE:
            return False
        if name not in self._counts:
            self.open(name).close()
        return beside > min(_MOST_BESIDE, self._counts[name] * _SHARE_BESIDE)

    def verify(
        self, name: str, expected: set[str], dead: set[str], sample: Mapping[str, Vectors]
    ) -> list[str]:
        """What is wrong with the collection, a sentence each."""
        try:
            generation = self.open(name)
            try:
                return generation.problems(expected, dead, sample)
            finally:
                generation.close()
        except (VectorsUnreadable, VectorsUnreachable) as error:
            return [str(error)]

    def sweep(self, keep: Iterable[str]) -> None:
        """Delete this record's other collections."""
        kept = set(keep)
        if not (self._home / _ID_FILE).is_file():
            return
        with suppress(OnRecordError):
            mine = f"onrecord-{self._record()}-"
            client = connect(self._server, _WRITING)
            with suppress(Exception):
                for collection in client.list_collections():
                    if collection.name.startswith(mine) and collection.name not in kept:
                        client.delete_collection(collection.name)
            close(client)

    def _record(self) -> str:
        path = self._home / _ID_FILE
        try:
            if not path.is_file():
                path.write_text(secrets.token_hex(8), encoding="ascii")
            found = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            msg = f"{path} cannot be used: {getattr(error, 'strerror', None) or 'it is not text'}."
            raise RecordUnreadable(msg) from error
        if not re.fullmatch(r"[0-9a-f]{16}", found):
            msg = f"{path} does not hold an id; delete it, and run `onrecord rebuild`."
            raise RecordUnreadable(msg)
        return found
