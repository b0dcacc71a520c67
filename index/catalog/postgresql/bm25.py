"""BM25 as SQLite's FTS5 computes it (`bm25()` in its `fts5_aux.c`), operation by operation.

    score = sum over phrases of idf * f * (k1 + 1) / (f + k1 * (1 - b + b * D / average))

where f counts a phrase in a chunk, D is the number of the chunk's words, and idf
is ln((N - n + .5) / (n + .5)), or 1e-6 where that is not above zero, for N chunks of which n hold the phrase.
Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

_K1, _B = 1.2, 0.75
_LEAST_IDF = 1e-6

Phrases = Sequence[tuple[str, ...]]


def inverse_frequency(chunks: int, holding: int) -> float:
    """The inverse document frequency of a phrase that `holding` of the chunks hold."""
    idf = math.log((chunks - holding + 0.5) / (holding + 0.5))
    return idf if idf > 0 else _LEAST_IDF


class Scorer:
    """Scores chunks for one question."""

    def __init__(self, phrases: Phrases, idf: Sequence[float], average: float) -> None:
        """`average` is the mean number of words of a chunk."""
        # By their first terms: of a long question's phrases a chunk holds few.
        self._phrases: dict[str, list[tuple[int, tuple[str, ...], float]]] = defaultdict(list)
        for number, (phrase, weight) in enumerate(zip(phrases, idf, strict=True)):
            if phrase:
                self._phrases[phrase[0]].append((number, phrase, weight))
        self._average = average

    def score(self, places: Mapping[str, Sequence[int]], length: int) -> float:
        """The score of a chunk of so many words, with terms at these `places`."""
        found = []
        for term in places:
            for number, phrase, idf in self._phrases.get(term, ()):
                if at := starts(phrase, places):
                    found.append((number, idf, len(at)))
        found.sort()
        longer = _K1 * (1 - _B + _B * length / self._average)
        score = 0.0
        # What is not there adds zero. The order of a sum is part of its last bit.
        for _, idf, frequency in found:
            score += idf * ((frequency * (_K1 + 1.0)) / (frequency + longer))
        return score

    def most(self, phrase: tuple[str, ...]) -> float:
        """Above the score of any chunk that holds the phrase's words and no other; 0 for several words."""
        alone = {phrase[0]} if len(phrase) == 1 else set()
        return sum(idf * (_K1 + 1) for _, one, idf in self._phrases.get(phrase[0], ()) if set(one) == alone)


def starts(phrase: tuple[str, ...], places: Mapping[str, Sequence[int]]) -> Sequence[int]:
    """Where a phrase begins."""
    first = places.get(phrase[0], ())
    for n, term in enumerate(phrase[1:], start=1):
        later = places.get(term)
        if not later:
            return ()
        first = [place for place in first if place + n in later]
    return first
