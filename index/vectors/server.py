"""Vectors on a Chroma server, behind the same contract as in directories (`index.vectors.generation`).

A generation is a collection instead of a directory, or several where one would hold too much
(`index.vectors.shards`). It is treated as a directory is: written once, marked when it is finished, named by
the catalog's commit, and never written again. What came since is found beside it, and ids
carry the revision of their article, so whatever the server holds or has lost, a reader meets no half article.

The server has no authentication and no tenants of its own that we rely on: names carry the record's id (kept
in its folder, so a restored or copied record gets another), and only collections of that id are ever deleted.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from index.catalog.snapshot import Entry
from index.embedding.types import Vectors
from index.errors import OnRecordError, RecordUnreadable, VectorsUnreachable, VectorsUnreadable
from index.vectors.calls import Calls
from index.vectors.collection import create_collection, open_collection
from index.vectors.connection import Server, close, connect, lost
from index.vectors.generation import Crowding, Generation, Generations, Sample
from index.vectors.shard_writer import ShardWriter
from index.vectors.shards import Shards, count_shards, named, names_of

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_Result = TypeVar("_Result")
_ID_FILE = "vectors.id"
_NAME = re.compile(r"onrecord-([0-9a-f]{16})-\d{8}-[0-9a-f]{8}(-of\d+)?")
# Names a call, when collections are looked through.
_LISTED = 100
# Seconds: an asker who waits longer has given up; a writer's batch of a thousand may take a while.
_ASKED, _WRITING = 10.0, 120.0
# A collection cannot be copied, so the next one is made from everything. Seldom, that is: what came since the
# last is searched beside it at little cost. Of a large record that is a share: by a number, all of it would
# be written again the more often, the larger it is.
_SHARE_BESIDE, _MOST_BESIDE, _SHARE_OF_LARGE = 1 / 2, 200_000, 1 / 8
_FEWEST_BESIDE = 1_000


class ServerGeneration(Generation):
    """A published generation."""

    def __init__(self, server: Server, name: str) -> None:
        """Raises VectorsUnreadable where any of it is not there or not finished, VectorsUnreachable."""
        self._server = server
        calls = Calls(server, _ASKED)
        self._client = calls.make(lambda: connect(server, _ASKED))
        try:
            self._shards = Shards(
                [calls.make(lambda: open_collection(self._client, one)) for one in names_of(name)],  # noqa: B023
                calls,
            )
            said = self._shards.metadata()
            self._counts = [int(one.get("count", -1)) for one in said]
            self.stated = sum(self._counts)
            self.crowding = reduce(Crowding.or_worse, (Crowding.stated(one.get("crowded")) for one in said))
            if min(self._counts) < 0:
                raise lost(server)
        except BaseException:
            close(self._client)
            raise

    def close(self) -> None:
        """Give the connection back."""
        self._shards.close()
        close(self._client)

    def count(self) -> int:
        """How many vectors there are."""
        return self._again(self._shards.count)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids, nearest first, each with its cosine."""
        return self._again(lambda: self._shards.nearest(vector, k))

    def stored(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those ids that are there."""
        return self._again(lambda: self._shards.stored(ids))

    def ids(self) -> set[str]:
        """Every id, for checks."""
        return self._again(self._shards.ids)

    def mark(self, crowding: Crowding) -> None:
        """Say how crowded it is, before it is published."""
        self._shards.mark([{"count": count, "crowded": crowding.value} for count in self._counts])

    def _again(self, ask: Callable[[], _Result]) -> _Result:
        try:
            return ask()
        except VectorsUnreachable as error:
            if error.waited:
                raise
            # The connection may have been one that a restarted server knows nothing of.
            return ask()


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
        self, base: str, removed: Sequence[str], added: Iterable[Sequence[Entry]], generation: int, total: int
    ) -> str:
        """A new collection of `added`, which must be everything; see `Generations.build`."""
        if base or removed:
            msg = "A collection cannot be copied on a server: build it from everything, on no base."
            raise ValueError(msg)
        count = count_shards(total, self._server.most)
        name = named(f"onrecord-{self._record()}-{generation:08d}-{secrets.token_hex(4)}", count)
        calls = Calls(self._server, _WRITING)
        client = calls.make(lambda: connect(self._server, _WRITING))
        try:
            sample = Sample()
            stated = self._fill(client, calls, names_of(name), added, sample)
        except BaseException:
            for one in names_of(name):
                with suppress(Exception):
                    client.delete_collection(one)
            raise
        finally:
            close(client)
        built = self.open(name)
        try:
            if built.count() != stated or built.count_altered(sample.vectors):
                raise lost(self._server)
            if crowding := built.measured_crowding(sample.vectors):
                built.mark(crowding)
        finally:
            built.close()
        return name

    def _fill(
        self,
        client: "ClientAPI",
        calls: Calls,
        names: Sequence[str],
        added: Iterable[Sequence[Entry]],
        sample: Sample,
    ) -> int:
        """Make collections of these names with all that is added, and say of each that it is finished."""
        shards = Shards([calls.make(lambda: create_collection(client, one)) for one in names], calls)  # noqa: B023
        try:
            writer = ShardWriter(shards)
            for batch in added:
                writer.add(batch)
                sample.see(batch)
            counts = writer.finish()
            shards.mark([{"count": count} for count in counts])
        finally:
            shards.close()
        return sum(counts)

    def needs_full_rebuild(self, name: str, removing: int) -> bool:
        """Always: what is published on a server is never written again."""
        return True

    def needs_new_generation(self, name: str, beside: int) -> bool:
        """Whether so many rows are not, or no longer, of the collection that the next one should be made."""
        if beside <= _FEWEST_BESIDE:
            return False
        if name not in self._counts:
            self.open(name).close()
        there = self._counts[name]
        return beside > min(there * _SHARE_BESIDE, max(_MOST_BESIDE, there * _SHARE_OF_LARGE))

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
        """Delete this record's other collections, those of unfinished generations too."""
        kept = {name for generation in keep for name in names_of(generation)}
        if not (self._home / _ID_FILE).is_file():
            return
        with suppress(OnRecordError):
            mine = f"onrecord-{self._record()}-"
            client = connect(self._server, _WRITING)
            with suppress(Exception):
                for name in _names(client):
                    if name.startswith(mine) and name not in kept:
                        client.delete_collection(name)
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


def _names(client: "ClientAPI") -> list[str]:
    """The names of all collections, of this record and others."""
    found: list[str] = []
    while listed := client.list_collections(limit=_LISTED, offset=len(found)):
        found.extend(collection.name for collection in listed)
    return found
