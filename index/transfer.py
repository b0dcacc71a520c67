"""A record moved: to a database, from one, or to another; with its vectors, and whole or not at all."""

from contextlib import closing

from index.catalog.copying import Progress, copy_rows
from index.catalog.location import RecordLocation
from index.catalog.transaction import WriteTransaction
from index.errors import RecordError, RecordUnreadable, VectorsUnreadable
from index.store import generations_of
from index.vectors.connection import Server
from index.vectors.directory import DirectoryGenerations
from index.vectors.generation import Generations

_ENTRIES = 1000


def copy_record(
    source: RecordLocation,
    target: RecordLocation,
    server: Server | None = None,
    progress: Progress = lambda _: None,
) -> int:
    """Put a copy of a record where there is none; the number of its articles.

    Ids, revisions and embeddings stay. Vectors in a folder are copied; on a `server`, or where they are not
    whole, they are made again from the embeddings. Raises RecordError where it cannot be; nothing is
    there then but, at most, an empty record, which the next try takes.
    """
    _refuse_to_overwrite(target)
    try:
        target.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"Nothing can be copied to {target.home}: {error.strerror or error}."
        raise RecordUnreadable(msg) from error
    if not target.exists():
        target.create()
    with (
        closing(source.open_catalog()) as old,
        closing(target.open_catalog()) as new,
        old.read() as snapshot,
        new.writing(),
        new.write() as change,
    ):
        copy_rows(snapshot, change, progress)
        _copy_vectors(change, generations_of(source, server), generations_of(target, server))
        return change.count()[0]


def _refuse_to_overwrite(target: RecordLocation) -> None:
    if not target.exists():
        return
    with closing(target.open_catalog()) as catalog, catalog.read() as snapshot:
        empty = snapshot.count()[0] == 0 and not snapshot.document_digests()
    if not empty:
        msg = f"{target} already holds a record, and a copy overwrites nothing; name another place."
        raise RecordUnreadable(msg)


def _copy_vectors(change: WriteTransaction, old: Generations, new: Generations) -> None:
    head = change.head()
    if not head.vectors:
        return
    try:
        if isinstance(old, DirectoryGenerations) and isinstance(new, DirectoryGenerations):
            try:
                new.take(old, head.vectors)
                change.set_meta(previous="")
                return
            except VectorsUnreadable:
                # They can be made again, which is what a copy of damage would need as well.
                pass
        chunks = change.count()[1]
        name = new.build("", [], change.entries(0, _ENTRIES), head.generation, chunks)
    except OSError as error:
        msg = f"The vectors could not be copied ({error.strerror or error}); nothing was copied."
        raise RecordError(msg) from error
    change.name_generation(name, "")
