"""What a run asks of an engine, and the engine that is this process.

An engine reads and embeds; it decides nothing. In which order articles come, what they are called, what is
published and when, is the run's alone, so the record comes out the same whichever engine is used.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from index.embedding.embedder import Embedder
from index.embedding.types import Vectors
from index.errors import UsageError
from index.types import Article
from ingest.documents import Document, Failure, Item, Notice, Reading
from ingest.sandbox.parent import shared_sandbox


class Engine(Protocol):
    """Reads documents and embeds texts, for one run at a time."""

    at_once: int
    """How many texts are best embedded together; each such slice is kept as soon as it is done."""

    def ahead(self, items: Iterable[Item], known: Callable[[Document], bool]) -> Iterable[Item]:
        """The same items in the same order; what comes soon and is not `known` may be read meanwhile."""
        ...

    def extract(self, document: Document) -> Iterator[Article | Failure | Notice | Reading]:
        """The articles of a document; what cannot become one comes as a Failure, and harms no other."""
        ...

    def expect(self, texts: Sequence[str], missing: Callable[[Iterable[str]], list[str]]) -> None:
        """Say that those of `texts` that are `missing` are to be embedded soon."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        ...


class LocalEngine:
    """Reads and embeds in this process, with the sandbox that it shares."""

    # Enough for the library's sorting by length to pay, few enough to see progress and to stop soon.
    at_once = 128

    def __init__(self, embedder: Embedder | None) -> None:
        """Without an embedder nothing can be embedded."""
        self._embedder = embedder

    def ahead(self, items: Iterable[Item], known: Callable[[Document], bool]) -> Iterable[Item]:
        """The same items: nothing is read before its turn."""
        return items

    def extract(self, document: Document) -> Iterator[Article | Failure | Notice | Reading]:
        """The articles of a document, read in the sandbox."""
        return shared_sandbox().extract(document)

    def expect(self, texts: Sequence[str], missing: Callable[[Iterable[str]], list[str]]) -> None:
        """Do nothing: there is nobody else who could begin."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        if self._embedder is None:
            msg = "This record was opened without an embedding model."
            raise UsageError(msg)
        return self._embedder.embed(texts)
