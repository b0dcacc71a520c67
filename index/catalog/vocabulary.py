"""The words of a record: as they are indexed, and as they are written."""

import re
from collections.abc import Iterator

from index.catalog.snapshot import Snapshot

_WORD = re.compile(r"[^\W\d_]+")
# Chunks that are read to see how a word is written.
_FEW = 8


class Vocabulary:
    """The indexed (stemmed, folded) terms of a record at one moment."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def document_frequency(self, term: str) -> int:
        """In how many chunks a term occurs."""
        return self._snapshot.full_text.document_frequencies([term])[term]

    def beginning(self, start: str) -> list[tuple[str, int]]:
        """The terms that begin with the letter `start`, each with in how many chunks it occurs."""
        return self._snapshot.full_text.terms_beginning(start)

    def words_of(self, term: str) -> Iterator[str]:
        """The words of some chunks in which a term occurs, as they are written."""
        rows = self._snapshot.full_text.rows_with(term, _FEW)
        for article, chunk in self._snapshot.passages(rows).values():
            yield from _WORD.findall(f"{article.title} {article.text[chunk.start : chunk.end]}")
