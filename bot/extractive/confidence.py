"""How likely it is that the articles answer the question at all."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from bot.extractive.relevance import QuestionFeatures
from index.query.time_intent import speaks_of_these_days
from index.types import Passage
from index.words import stems

# A logistic regression, fitted by tests/benchmarks/fit_answers.py. What the signals weigh comes from three
# sets at once (RealTime QA news of 2022-23 with questions about 2024 as unanswerable; SQuAD 2.0 dev, half;
# CLAP NQ dev), the scale and the intercept from the first and the last. Left out of the fit, these reach an
# AUROC of .96 and .88, and .70 on SQuAD, whose unanswerable questions were written to deceive: there the
# chance is told too high. When sentences' words came to be weighed, the direction was kept: fitted again, it
# told no better. The scale stayed what it was, and the intercept is new.
SIGNALS = ("best sentence", "similarity", "covered", "missing names", "passage similarity")
COEFFICIENTS = np.array([0.35, 6.4, 1.8, -1.5, 5.0])
INTERCEPT = -10.7

# A question about these days, and nothing on record from within a month of them: among RealTime QA's
# questions with their day given, no answered one was so, and 52 of 231 others were.
_THESE_DAYS = 31
_OUT_OF_TIME = -3.0
# The best sentence says the opposite of what the question supposes (see `contradiction`). It did so for
# 453 of SQuAD's 3,168 unanswerable questions and for 18 of its 2,910 others, whose log odds this is, and for
# none of the news questions that are answered.
CONTRADICTED = -3.1


def signals(
    asked: QuestionFeatures,
    passages: Sequence[Passage],
    best_sentence: float,
    similarity: float,
    answering: Passage,
) -> tuple[float, ...]:
    """One number for each of `SIGNALS`.

    `best_sentence` is the best score among the sentences, their passages' scores left aside; `similarity` the
    largest cosine among them; `answering` the passage of the sentence that is shown first.
    """
    nearby = [_words(passage) for passage in passages[:3]]
    return (
        best_sentence,
        similarity,
        asked.covered(set().union(*nearby)),
        float(len(asked.specific - _words(answering))),
        max(passage.dense for passage in passages),
    )


def probability(values: Sequence[float], *, in_time: bool = True, contradicted: bool = False) -> float:
    """The chance, 0 to 1, that a question with these signals is answered by what was found."""
    logit = INTERCEPT + float(COEFFICIENTS @ np.asarray(values))
    logit += (0.0 if in_time else _OUT_OF_TIME) + (CONTRADICTED if contradicted else 0.0)
    return float(1.0 / (1.0 + np.exp(-logit)))


def in_time(question: str, now: date | None, passages: Sequence[Passage]) -> bool:
    """Whether some passage may be about the days that the question speaks of.

    Only told where "now" was given and all passages have dates; else they may be.
    """
    if now is None or not speaks_of_these_days(question):
        return True
    days = [passage.article.published_day for passage in passages]
    return any(day is None or abs((now - day).days) <= _THESE_DAYS for day in days)


def _words(passage: Passage) -> set[str]:
    return {*stems(passage.text), *stems(passage.article.title)}
