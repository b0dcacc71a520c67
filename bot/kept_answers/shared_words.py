"""How much of a question's words new chunks hold, the rare words before all."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.catalog.lookups import rows_matching_after
from index.catalog.snapshot import Snapshot
from index.query.full_text import phrase_expression, search_words
from index.search.term_coverage import word_weights
from index.words import stem, words


class SharedWords:
    """Looks into the chunks beyond `row`; use it only within `Catalog.read`."""

    def __init__(self, snapshot: Snapshot, row: int, columns: Mapping[int, int]) -> None:
        """`columns` gives the place of each chunk's row. A word is looked up once, however many hold it."""
        self._snapshot = snapshot
        self._row = row
        self._total = snapshot.count()[1]
        self._columns = columns
        self._word = cache(self._looked_up)

    def __call__(self, question: str) -> NDArray[np.float32]:
        """The share of the question's words in each chunk, by inverse document frequency.

        What stands nowhere on record (it may be mistyped) counts for nothing.
        """
        shares = np.zeros(len(self._columns), np.float32)
        held = {stem(word): self._word(word) for word in search_words(words(question))}
        whole = sum(weight for weight, _ in held.values())
        for weight, places in held.values():
            if len(places):
                shares[places] += weight / whole
        return shares

    def _looked_up(self, word: str) -> tuple[float, NDArray[np.intp]]:
        """What a word weighs, nothing where it is unknown, and the places of the chunks that hold it."""
        frequency = cache(lambda said: self._snapshot.document_frequency(stem(said)))
        if not frequency(word):
            return 0.0, np.array([], np.intp)
        found = rows_matching_after(self._snapshot, phrase_expression(word), self._row)
        places = np.array([self._columns[one] for one in found if one in self._columns], np.intp)
        return sum(word_weights(word, frequency, self._total).values()), places
