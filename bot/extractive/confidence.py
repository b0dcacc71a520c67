"""How likely it is that the articles answer the question at all."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.explanation import Weighed
from bot.extractive.candidates import Candidate
from bot.extractive.relevance import SIMILARITY, QuestionFeatures
from bot.extractive.terms import present
from index.query.time_intent import speaks_of_these_days
from index.types import Passage

# A logistic regression, fitted by tests/benchmarks/fit_answers.py on all its sets together (articles of all
# kinds, news of 2022-23 with questions about 2024, SQuAD 2.0, and questions with a false premise made by
# rule), and measured there with each set left out. SQuAD's unanswerable questions were written to deceive:
# there the chance is told too high.
SIGNALS = (
    "share of the choice", "likeness", "likeness of what is asked", "number or code said",
    "names not in the article", "words not in the article", "all said",
)  # fmt: skip
COEFFICIENTS = np.array([0.75, 2.8, 2.1, 0.75, -2.75, -0.4, 0.9])
INTERCEPT = -2.2

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
    best: Candidate,
    row: NDArray[np.floating],
    shares: dict[str, float],
    choice: float,
    predicate: float,
) -> tuple[float, ...]:
    """One number for each of `SIGNALS`.

    `best` is the sentence that is shown first, `row` its features, and `shares` what the question's terms
    tell, by `relevance.telling_shares`. `choice` is how much of a softmax over the scores of all sentences
    that score no better it takes: little where others score nearly as well. `predicate` is the likeness of
    `asked.predicate` with it alone.
    """
    own = asked.held(best.text, best.article.text)
    near = own | asked.held(best.context)
    whole = _whole(best)
    return (
        choice,
        row[SIMILARITY],
        predicate,
        float(any(term in own and any(c.isdigit() for c in term) for term in asked.specific)),
        float(len(asked.specific - whole)),
        sum(share for term, share in shares.items() if term not in whole),
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
