"""The catalog: what holds every article, chunk and embedding, and decides what readers see.

What a reader sees is one transaction's snapshot: rows, full-text index, and the name of the vector generation
that fits them. A refresh becomes visible, all of it at once, with the commit that changes that name.
`tests/index/test_kill.py` holds this against killed writers.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from index.catalog.snapshot import Snapshot
from index.errors import UsageError
from index.types import Article

if TYPE_CHECKING:
    from index.catalog.transaction import WriteTransaction

_LOSSES = (
    (
        "chunks c WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.key = c.embedding)",
        "Chunks without an embedding",
    ),
    ("chunks c WHERE NOT EXISTS (SELECT 1 FROM marks m WHERE m.row = c.rowid)", "Chunks without sign bits"),
    (
        "articles a WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.article = a.rowid)",
        "Articles without a chunk",
    ),
    (
        'chunks c JOIN articles a ON a.rowid = c.article WHERE c."end" > length(a.text)',
        "Chunks that reach beyond their article",
    ),
)


class Catalog(ABC):
    """An open catalog. Any number of threads may read; writers take turns by `writing`."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Snapshot]:
        """A snapshot that no commit moves while the block runs. Raises RecordBusy where one did."""

    @abstractmethod
    def write(self) -> "AbstractContextManager[WriteTransaction]":
        """A transaction: committed when the block ends, rolled back when it raises."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """The right to refresh, which one process has at a time. Raises RecordBusy where another has it."""

    @abstractmethod
    def close(self) -> None:
        """Give connections back; one in use is given back when it is done with."""

    def find_article(self, id_or_prefix: str) -> Article:
        """The article with this id, or the only one whose id begins so. Raises UsageError otherwise."""
        with self.read() as snapshot:
            exact = snapshot.article(id_or_prefix)
            if exact is not None:
                return exact
            alike = snapshot.ids_like(id_or_prefix, 4) if id_or_prefix else []
            found = snapshot.article(alike[0]) if len(alike) == 1 else None
        if found is not None:
            return found
        if alike:
            shown = ", ".join(alike[:3]) + (", …" if len(alike) > 3 else "")
            msg = f"Several articles begin with {id_or_prefix!r}: {shown}; write more of the id."
        else:
            msg = f"No article has the id {id_or_prefix!r}; `onrecord articles list` shows them all."
        raise UsageError(msg)

    def problems(self) -> list[str]:
        """What is wrong within what is stored, a sentence each."""
        found = []
        with self.read() as snapshot:
            for loss, problem in _LOSSES:
                number = snapshot.db.execute(f"SELECT count(*) FROM {loss}").fetchone()[0]
                if number:
                    found.append(f"{problem}: {number:,}.")
        return found

    def words_are_whole(self) -> bool:
        """Whether the full-text index says what the articles say.

        Takes the right to write for a moment. Raises RecordUnreadable or RecordError where it cannot be had,
        or the index cannot be read for another reason than damage to it.
        """
        with self.write() as change:
            return change.full_text.is_whole()
