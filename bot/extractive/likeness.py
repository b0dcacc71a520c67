"""How like a question each candidate is in meaning: as a whole, and word by word.

Word by word is late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020): a word of the question is said
as well as the token of a text says it that is nearest to it, each understood where it stands. So a word may
be said by another one, and a word that is not said shows, which the likeness of the whole hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.embedding.types import TokenVectors


@dataclass(frozen=True, slots=True)
class Likenesses:
    """Cosines of a question with each of some texts.

    `whole` compares both as a whole; `words` is the mean over the words of what is asked.
    """

    whole: NDArray[np.floating]
    words: NDArray[np.floating]

    @classmethod
    def none(cls, count: int) -> "Likenesses":
        """Those of so many texts before anything is embedded."""
        return cls(np.zeros(count), np.zeros(count))

    @classmethod
    def of(
        cls,
        words: Sequence[tuple[int, int]],
        vectors: NDArray[np.floating],
        tokens: Sequence[TokenVectors],
    ) -> "Likenesses":
        """Of a question, which was embedded first, with each text after it; `words` are spans in it."""
        return cls(vectors[1:] @ vectors[0], _said(words, tokens[0], tokens[1:]))


def _said(
    words: Sequence[tuple[int, int]], question: TokenVectors, texts: Sequence[TokenVectors]
) -> NDArray[np.floating]:
    """How well the words are said by each text, in the mean."""
    starts = np.cumsum([0, *(len(text.spans) for text in texts)])
    every = np.concatenate([text.vectors for text in texts]).astype(np.float32)
    cosines = question.vectors.astype(np.float32) @ every.T
    nearest = [cosines[:, start:end].max(axis=1, initial=0.0) for start, end in pairwise(starts)]
    first, last = question.spans.T
    made_of = [(first < end) & (last > start) for start, end in words]
    # Of a long question the model does not see the end.
    said = [own / own.sum() for own in made_of if own.any()]
    weights = np.mean(said, axis=0) if said else np.zeros(len(first))
    return np.array([float(weights @ text) for text in nearest])
