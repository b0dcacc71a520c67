"""BM25 as SQLite's FTS5 computes it (`bm25()` in its `fts5_aux.c`), operation by operation.

    score = sum over phrases of idf * f * (k1 + 1) / (f + k1 * (1 - b + b * D / average))

where f counts a phrase in a chunk, each column by its weight, D is the number of the chunk's words, and idf
is ln((N - n + .5) / (n + .5)), or 1e-6 where that is not above zero, for N chunks of which n hold the phrase.
Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

import math
from collections.abc import Mapping, Sequence

from index.catalog.postgresql.terms import TITLE

_K1, _B = 1.2, 0.75
_LEAST_IDF = 1e-6

Phrases = Sequence[tuple[str, ...]]


def inverse_frequency(chunks: int, holding: int) -> float:
    """The inverse document frequency of a phrase that `holding` of the chunks hold."""
    idf = math.log((chunks - holding + 0.5) / (holding + 0.5))
    return idf if idf > 0 else _LEAST_IDF


class Scorer:
    """Scores chunks for one question."""

    def __init__(
        self, phrases: Phrases, idf: Sequence[float], average: float, weights: tuple[float, float]
    ) -> None:
        """`average` is the mean number of words of a chunk; `weights` are those of title and text."""
        self._phrases = list(zip(phrases, idf, strict=True))
        self._average = average
        self._title, self._text = weights

    def score(self, places: Mapping[str, Sequence[int]], length: int, title: int = TITLE) -> float:
        """The score of a chunk with terms at these `places`, those from `title` on in its title."""
        score = 0.0
        for phrase, idf in self._phrases:
            frequency = 0.0
            for place in starts(phrase, places):
                frequency += self._title if place >= title else self._text
            score += idf * (
                (frequency * (_K1 + 1.0)) / (frequency + _K1 * (1 - _B + _B * length / self._average))
            )
        return score


def starts(phrase: tuple[str, ...], places: Mapping[str, Sequence[int]]) -> Sequence[int]:
    """Where a phrase begins."""
    if not phrase:
        return ()
    first = places.get(phrase[0], ())
    if len(phrase) == 1 or not first:
        return first
    later = [set(places.get(term, ())) for term in phrase[1:]]
    return [place for place in first if all(place + n in at for n, at in enumerate(later, start=1))]
