"""How likely it is that the articles answer the question at all."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.explanation import Weighed
from bot.extractive.answer_type import READ_WITH, AnswerType
from bot.extractive.candidates import Candidate
from bot.extractive.layout import Kind
from bot.extractive.relevance import KIND, SIMILARITY, WORDS, QuestionFeatures
from bot.extractive.terms import present
from index.query.time_intent import speaks_of_these_days
from index.types import Passage

# A logistic regression, fitted as tests/benchmarks/fit_answers.py does it on its sets together (articles of
# all kinds, each third question of news of 2022-23 and 2024, each 30th of SQuAD 2.0, and questions with a
# false premise made by rule), rounded, and measured with each set left out. SQuAD's unanswerable questions
# were written to deceive: there the chance is told too high. "News of those days" was lowered by hand from
# 7.1: few questions show it. The intercept, fitted as -3.54, was raised a little, so that as many of the news
# questions are answered as were before.
SIGNALS = (
    "likeness", "likeness of its words", "all said",
    "number or code said", "long code said", "news of those days", "number or day missing",
    "names not in the article", "row and column said",
)  # fmt: skip
COEFFICIENTS = np.array([4.3, 2.4, 1.2, 0.4, 1.7, 5.0, -1.9, -2.5, 0.9])
INTERCEPT = -3.45
# A number of so many characters is no year, and stands in no text by chance.
_LONG_CODE = 5
# Kinds that are told by figures: of questions for which the best sentence held none, one in five was answered
# rightly. A person, a reason or a way is told in so many forms that not to see one means little.
_COUNTED = (AnswerType.MONEY, AnswerType.NUMBER, AnswerType.TIME)

# A question about these days, and nothing on record from within a month of them: among RealTime QA's
# questions with their day given, no answered one was so, and 52 of 231 others were.
_THESE_DAYS = 31
OUT_OF_TIME = -3.0
# The best sentence says the opposite of what the question supposes (see `contradiction`). It did so for
# 453 of SQuAD's 3,168 unanswerable questions and for 18 of its 2,910 others, whose log odds this is, and for
# none of the news questions that are answered.
CONTRADICTED = -3.1


def signals(asked: QuestionFeatures, best: Candidate, row: NDArray[np.floating]) -> tuple[float, ...]:
    """One number for each of `SIGNALS`.

    `best` is the sentence that is shown first and `row` its features.
    """
    said = asked.held(best.said, best.article.text) | asked.held(best.context)
    codes = {term for term in asked.specific & said if any(c.isdigit() for c in term)}
    return (
        row[SIMILARITY],
        row[WORDS],
        # What was decided is told by what was done, as what was said is.
        float(asked.wanted <= said | READ_WITH[AnswerType.SPEECH]),
        float(bool(codes)),
        float(any(len(code) >= _LONG_CODE for code in codes)),
        float(asked.kind is AnswerType.NEWS and row[KIND]),
        float(asked.kind in _COUNTED and not row[KIND]),
        float(len(asked.specific - _whole(best))),
        float(_is_cell_said(asked, best)),
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


def in_time(question: str, now: date | None, passages: Sequence[Passage], best: Candidate) -> bool:
    """Whether some passage may be about the days that the question speaks of.

    Only told where "now" was given and all passages have dates; else they may be. The Sunday of a timetable
    is any Sunday.
    """
    laid_out = best.under if best.piece.kind is Kind.SENTENCE else f"{best.under}\n{best.text}"
    if now is None or not speaks_of_these_days(question) or speaks_of_these_days(laid_out):
        return True
    articles = [passage.article for passage in passages]
    days = [day for article in articles for day in (article.published_day, article.latest_day)]
    return any(day is None or abs((now - day).days) <= _THESE_DAYS for day in days)


def _is_cell_said(asked: QuestionFeatures, best: Candidate) -> bool:
    """Whether the question names both a row and a column of a table, and so one cell of it."""
    if best.piece.kind is not Kind.ROW:
        return False
    column, row = asked.held(best.columns), asked.held(best.text)
    return bool(column - row and row - column)


def _whole(best: Candidate) -> frozenset[str]:
    """The terms of a candidate's article, with its title where that speaks for it, outlet and years."""
    article, title = best.article, best.article.title if best.titled else ""
    years = f"{article.published[:4]} {article.updated[:4]}"
    return present(f"{title}\n{article.source} {years}\n{article.text}")
