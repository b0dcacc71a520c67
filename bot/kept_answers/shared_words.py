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
        self._total = snapshot.count()[1]
        self._columns = columns
        self._frequency = cache(lambda word: snapshot.document_frequency(stem(word)))
        self._held = cache(lambda word: self._places(snapshot, word, row))

    def __call__(self, question: str) -> NDArray[np.float32]:
        """The share of the question's words in each chunk, by inverse document frequency.

        What stands nowhere on record (it may be mistyped) counts for nothing.
        """
        shares = np.zeros(len(self._columns), np.float32)
        weights = word_weights(question, self._frequency, self._total)
        known = {stem(word): word for word in search_words(words(question)) if self._frequency(word)}
        whole = sum(weights[stemmed] for stemmed in known)
        for stemmed, word in known.items():
            shares[self._held(word)] += weights[stemmed] / whole
        return shares

    def _places(self, snapshot: Snapshot, word: str, row: int) -> NDArray[np.intp]:
        found = rows_matching_after(snapshot, phrase_expression(word), row)
        return np.array([self._columns[one] for one in found if one in self._columns], np.intp)
