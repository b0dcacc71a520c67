"""How likely it is that the articles answer the question at all."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from bot.explanation import Weighed
from bot.extractive.candidates import Candidate
from bot.extractive.relevance import QuestionFeatures
from bot.extractive.terms import present
from index.query.time_intent import speaks_of_these_days
from index.types import Passage

# A logistic regression, fitted by tests/benchmarks/fit_answers.py on all its sets together (articles of all
# kinds, news of 2022-23 with questions about 2024, SQuAD 2.0, and questions with a false premise made by
# rule), and measured there with each set left out. SQuAD's unanswerable questions were written to deceive:
# there the chance is told too high.
SIGNALS = (
    "best sentence", "similarity", "predicate", "covered by passage", "missing from article",
    "missing from passage", "all covered",
)  # fmt: skip
COEFFICIENTS = np.array([0.05, 2.9, 2.3, 0.7, -1.8, -1.3, 1.3])
INTERCEPT = -2.8

# A question about these days, and nothing on record from within a month of them: among RealTime QA's
# questions with their day given, no answered one was so, and 52 of 231 others were.
_THESE_DAYS = 31
OUT_OF_TIME = -3.0
# The best sentence says the opposite of what the question supposes (see `contradiction`). It did so for
# 453 of SQuAD's 3,168 unanswerable questions and for 18 of its 2,910 others, whose log odds this is, and for
# none of the news questions that are answered.
CONTRADICTED = -3.1


def signals(
    asked: QuestionFeatures,
    passage: Passage,
    best: Candidate,
    score: float,
    similarity: float,
    predicate: float,
) -> tuple[float, ...]:
    """One number for each of `SIGNALS`.

    `best` is the sentence that is shown first, of `passage`; `score` is its own, the passage's left aside.
    `similarity` is that of the question with it below what it stands under, and `predicate` that of
    `asked.predicate` with it alone.
    """
    near = present(best.text) | present(best.context)
    around = near | present(passage.text)
    return (
        score,
        similarity,
        predicate,
        asked.covered(around),
        float(len(asked.specific - _whole(best))),
        float(len(asked.specific - around)),
        float(asked.weights.keys() <= near),
    )


def log_odds(values: Sequence[float], *, in_time: bool, contradicted: bool) -> tuple[Weighed, ...]:
    """What adds up to the log odds that a question with these signals is answered by what was found."""
    rules = (
        ("about other days", not in_time, OUT_OF_TIME),
        ("says the opposite", contradicted, CONTRADICTED),
    )
    return (
        Weighed("to begin with", 1.0, INTERCEPT),
        *Weighed.all(SIGNALS, values, COEFFICIENTS),
        *(Weighed(name, 1.0, odds) for name, holds, odds in rules if holds),
    )


def probability(odds: Sequence[Weighed]) -> float:
    """The chance, 0 to 1, of which these are the log odds."""
    return float(1.0 / (1.0 + np.exp(-sum(one.added for one in odds))))


def in_time(question: str, now: date | None, passages: Sequence[Passage]) -> bool:
    """Whether some passage may be about the days that the question speaks of.

    Only told where "now" was given and all passages have dates; else they may be.
    """
    if now is None or not speaks_of_these_days(question):
        return True
    days = [passage.article.published_day for passage in passages]
    return any(day is None or abs((now - day).days) <= _THESE_DAYS for day in days)


def _whole(best: Candidate) -> frozenset[str]:
    """The terms of a candidate's article, with its title where that speaks for it, outlet and years."""
    article, title = best.article, best.article.title if best.titled else ""
    years = f"{article.published[:4]} {article.updated[:4]}"
    return present(f"{title}\n{article.source} {years}\n{article.text}")
