"""How likely it is that the articles answer the question at all."""

from collections.abc import Sequence

import numpy as np

from bot.relevance import Asked
from index.types import Passage
from index.words import stems

# A logistic regression, fitted by tests/benchmarks/fit_answers.py.
SIGNALS = ("best sentence", "similarity", "covered", "missing names", "passage similarity")
COEFFICIENTS = np.array([0.55, 2.0, 2.0, -0.5, 4.0])
INTERCEPT = -9.0


def signals(
    asked: Asked, passages: Sequence[Passage], best_sentence: float, similarity: float, answering: Passage
) -> tuple[float, ...]:
    """One number for each of `SIGNALS`.

    `best_sentence` is the best score among the sentences, `similarity` the largest cosine among them, and
    `answering` the passage of the best sentence.
    """
    nearby = [{*stems(p.text), *stems(p.article.title)} for p in passages[:3]]
    there = {*stems(answering.text), *stems(answering.article.title)}
    return (
        best_sentence,
        similarity,
        asked.covered(set().union(*nearby)),
        float(len(asked.specific - there)),
        max(passage.dense for passage in passages),
    )


def probability(values: Sequence[float]) -> float:
    """The chance, 0 to 1, that a question with these signals is answered by what was found."""
    return float(1.0 / (1.0 + np.exp(-(INTERCEPT + COEFFICIENTS @ np.asarray(values)))))
