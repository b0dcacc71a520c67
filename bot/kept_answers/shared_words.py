"""Whether a new chunk holds the words of a question, its rare ones before all."""

from collections import defaultdict
from functools import cache

from index.catalog.lookups import rows_matching_after
from index.catalog.snapshot import Snapshot
from index.query.full_text import phrase_expression, search_words
from index.search.term_coverage import word_weights
from index.words import stem, words

# Of the weight of a question's words. Chosen on every second question of the news quiz. Of the others, 98 in
# a hundred have as much in a chunk that answers them, and 9 in a hundred in one of any ten other articles.
_ENOUGH = 0.4


class SharedWords:
    """Looks into the chunks beyond `row`; use it only within `Catalog.read`."""

    def __init__(self, snapshot: Snapshot, row: int) -> None:
        """Each word is looked up once, however many questions hold it."""
        self._total = snapshot.count()[1]
        self._frequency = cache(lambda word: snapshot.document_frequency(stem(word)))
        self._rows = cache(lambda word: rows_matching_after(snapshot, phrase_expression(word), row))

    def __call__(self, question: str) -> bool:
        """Whether one of the chunks holds enough of the question's words, by inverse document frequency.

        What stands nowhere on record (it may be mistyped) counts for nothing.
        """
        weights = word_weights(question, self._frequency, self._total)
        known = {stem(word): word for word in search_words(words(question)) if self._frequency(word)}
        held: dict[int, float] = defaultdict(float)
        for stemmed, word in known.items():
            for row in self._rows(word):
                held[row] += weights[stemmed]
        return max(held.values(), default=0.0) >= _ENOUGH * sum(weights[one] for one in known) > 0
