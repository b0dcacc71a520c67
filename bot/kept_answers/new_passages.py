"""What new chunks would answer by themselves: quick to find out, so that few questions are asked in full."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.extractive.writer import Embed, ExtractiveWriter
from bot.types import Writing
from index.errors import UsageError
from index.store import Index
from index.types import Passage, Query

_MOST_REMEMBERED = 20_000


class NewPassages:
    """Reads new chunks for one question after another; what it embedded for one it has for the next."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.embed = _Remembered(index.embedder.embed)
        self._writer = ExtractiveWriter(self.embed)

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
        self._vectors: dict[str, NDArray[np.floating]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.floating]:
        """A row for each text."""
        if len(self._vectors) > _MOST_REMEMBERED:
            self._vectors.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, np.asarray(self._embed(missing)), strict=True))
        return np.stack([self._vectors[text] for text in texts])
