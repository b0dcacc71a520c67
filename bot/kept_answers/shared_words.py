"""How much of a question's words new chunks hold, the rare words before all."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from index.catalog.snapshot import Snapshot
from index.query.full_text import phrase_expression, search_words
from index.search.term_coverage import word_weights
from index.words import stem, words


class SharedWords:
    """Looks into the chunks beyond `row`, once for all questions; use it only within `Catalog.read`."""

    def __init__(
        self, snapshot: Snapshot, row: int, columns: Mapping[int, int], questions: Sequence[str]
    ) -> None:
        """`columns` gives the place of each chunk's row. A word is looked up once, however many hold it."""
        # Of the forms of a word that a question holds the last one counts.
        asked = [list({stem(word): word for word in search_words(words(one))}.values()) for one in questions]
        every = list(dict.fromkeys(word for some in asked for word in some))
        counts = snapshot.full_text.document_frequencies(dict.fromkeys(map(stem, every)))
        total = snapshot.count()[1]
        weights = np.zeros(len(every))
        in_chunks: list[list[int]] = []
        for at, word in enumerate(every):
            # What stands nowhere on record (it may be mistyped) counts for nothing.
            known = counts[stem(word)] > 0
            if known:
                weights[at] = sum(word_weights(word, lambda said: counts[stem(said)], total).values())
            found = snapshot.full_text.matching_after(phrase_expression(word), row) if known else ()
            in_chunks.append([columns[one] for one in found if one in columns])
        place = {word: at for at, word in enumerate(every)}
        held = _marked(in_chunks, len(columns))
        weighed = _marked([[place[word] for word in some] for some in asked], len(every)) * weights
        whole = weighed.sum(axis=1)
        self._shares = csr_array((weighed @ held) / np.where(whole > 0, whole, 1.0)[:, None])

    def __call__(self, questions: slice) -> NDArray[np.float32]:
        """For each of those questions the share of its words in each chunk, by inverse document frequency."""
        shares: NDArray[np.float32] = self._shares[questions].toarray().astype(np.float32)
        return shares


def _marked(places: Sequence[Sequence[int]], width: int) -> csr_array:
    """A row for each list of places, with ones there."""
    ends = np.cumsum([0, *map(len, places)])
    columns = np.array([one for some in places for one in some], np.intp)
    return csr_array((np.ones(len(columns)), columns, ends), shape=(len(places), width))
