"""What new chunks would answer by themselves: quick to find out, so that few questions are asked in full."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.extractive.writer import Embed, ExtractiveWriter
from bot.types import Writing
from index.embedding.types import TokenVectors
from index.errors import UsageError
from index.store import Index
from index.types import Passage, Query

# A text takes some 30 kB, most of it for its tokens.
_MOST_REMEMBERED = 4_000


class NewPassages:
    """Reads new chunks for one question after another; what it embedded for one it has for the next."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._writer = ExtractiveWriter(_Remembered(index.embedder.embed_tokens))

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The chunks of these rows that are still on record."""
        with self._index.catalog.read() as snapshot:
            found = snapshot.passages(rows)
        return [Passage(*found[row], 0.0, 0.0, 0.0) for row in rows if row in found]

    def answer(self, query: Query, passages: Sequence[Passage]) -> Writing:
        """What they would answer."""
        return self._writer.write(self._parsed(query), passages)

    def _parsed(self, query: Query) -> Query:
        try:
            return self._index.parse_question(query).query
        except UsageError:
            # Its outlet may be gone from the record.
            return query


class _Remembered:
    """An embedder of which no text is asked twice."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._known: dict[str, tuple[NDArray[np.floating], TokenVectors]] = {}

    def __call__(self, texts: Sequence[str]) -> tuple[NDArray[np.floating], list[TokenVectors]]:
        """A row for each text, and its tokens."""
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            vectors, tokens = self._embed(missing)
            self._known.update(zip(missing, zip(vectors, tokens, strict=True), strict=True))
        found = [self._known[text] for text in texts]
        return np.stack([vector for vector, _ in found]), [tokens for _, tokens in found]
