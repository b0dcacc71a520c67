"""The measures: what each says of a question or of a run, and which way is better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.results import Result

Floats = NDArray[np.float64]
BINS = 10
_MRR_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over questions. `value` is None for a question that does not count; it is given the threshold.

    `both` says that it means something only where there are answerable and unanswerable questions.
    """

    key: str
    group: str
    label: str
    meaning: str
    value: Callable[[Result, float], float | None]
    higher_is_better: bool = True
    both: bool = False


@dataclass(frozen=True, slots=True)
class ScoreMeasure:
    """A number that only all scores together have; `value` is given scores, and 1 for answerable, else 0."""

    key: str
    group: str
    label: str
    meaning: str
    value: Callable[[Floats, Floats], float]
    higher_is_better: bool = True


def auroc(scores: Floats, answerable: Floats) -> float:
    """How often an answerable question scores above an unanswerable one, ties counting half; 0.5 is chance.

    The area under the ROC curve as Mann and Whitney's U over the number of pairs (Hanley and McNeil 1982).
    """
    ranks = midranks(scores)
    positives = float(answerable.sum())
    negatives = len(scores) - positives
    u = float(ranks[answerable == 1].sum()) - positives * (positives + 1) / 2
    return u / (positives * negatives)


def midranks(values: Floats) -> Floats:
    """Places from 1 in ascending order; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: Floats = (last - (counts - 1) / 2)[inverse]
    return shared


def calibration_error(scores: Floats, answerable: Floats) -> float:
    """The expected calibration error over ten bins of equal width (Naeini et al. 2015; Guo et al. 2017).

    In each bin the distance between mean score and share of answerable questions, weighted by its questions.
    """
    bins = bin_of(scores)
    counts = np.bincount(bins, minlength=BINS)
    distances = np.abs(np.bincount(bins, scores - answerable, minlength=BINS))
    return float(distances.sum() / max(1, counts.sum()))


def bin_of(scores: Floats) -> NDArray[np.int64]:
    """The bin of each score, from 0; 1.0 belongs to the last."""
    return np.clip((scores * BINS).astype(np.int64), 0, BINS - 1)


def _within(k: int) -> Callable[[Result, float], float | None]:
    def hit(result: Result, _: float) -> float | None:
        return float(result.rank is not None and result.rank <= k) if result.gold_articles else None

    return hit


def _reciprocal(result: Result, _: float) -> float | None:
    if not result.gold_articles:
        return None
    return 1.0 / result.rank if result.rank and result.rank <= _MRR_DEPTH else 0.0


def _in_passages(result: Result, _: float) -> float | None:
    return float(result.in_passages) if result.answers else None


def _right_first(result: Result, threshold: float) -> float | None:
    if not result.answers:
        return None
    return float(result.answered(threshold) and result.sentences[0].right)


def _right(result: Result, threshold: float) -> float | None:
    return float(result.answered(threshold) and result.right) if result.answers else None


def _verbatim(result: Result, threshold: float) -> float | None:
    if not result.answered(threshold):
        return None
    quotes = result.quotes
    return sum(quote.verbatim for quote in quotes) / len(quotes) if quotes else 0.0


def _cites_gold(result: Result, threshold: float) -> float | None:
    return float(result.cites_gold) if result.gold_articles and result.answered(threshold) else None


def _answered(result: Result, threshold: float) -> float | None:
    return float(result.answered(threshold)) if result.answerable else None


def _refused(result: Result, threshold: float) -> float | None:
    return None if result.answerable else float(not result.answered(threshold))


def _right_when_answered(result: Result, threshold: float) -> float | None:
    return float(result.right) if result.answers and result.answered(threshold) else None


def _brier(result: Result, _: float) -> float:
    return (result.score - result.answerable) ** 2


GROUPS = ("Retrieval", "Answers", "Citations", "Abstention")
MEASURES: Sequence[Measure | ScoreMeasure] = (
    Measure("hit@1", "Retrieval", "gold article first (hit@1)",
            "a gold article is the first article found", _within(1)),
    Measure("hit@4", "Retrieval", "gold article among 4 (hit@4)",
            "a gold article is among the first four articles found", _within(4)),
    Measure("hit@10", "Retrieval", "gold article among 10 (hit@10)",
            "a gold article is among the first ten articles found", _within(10)),
    Measure("mrr@10", "Retrieval", "mean reciprocal rank (MRR@10)",
            "the mean of one over the place of the first gold article, 0 beyond the tenth", _reciprocal),
    Measure("in_passages", "Answers", "gold answer in the passages",
            "a gold answer stands in a passage that the answer is written from: no writer can do better",
            _in_passages),
    Measure("right_first", "Answers", "gold answer in first sentence",
            "the first sentence shown holds a gold answer; not answering counts as not shown", _right_first),
    Measure("right", "Answers", "gold answer shown",
            "any sentence shown holds a gold answer; not answering counts as not shown", _right),
    Measure("verbatim", "Citations", "quotes verbatim",
            "quotes that stand character for character in the stored article; anything below 1 is a fault",
            _verbatim),
    Measure("cites_gold", "Citations", "gold article cited",
            "of the answers given, those that quote a gold article", _cites_gold),
    Measure("answered", "Abstention", "answerable answered",
            "of the answerable questions, those that got an answer, right or wrong", _answered),
    Measure("refused", "Abstention", "unanswerable refused",
            "of the unanswerable questions, those that got none", _refused),
    Measure("right_when_answered", "Abstention", "right when answered",
            "of the answerable questions that got an answer, those that were shown a gold answer",
            _right_when_answered),
    ScoreMeasure("auroc", "Abstention", "answerable above unanswerable (AUROC)",
                 "how often an answerable question scores above an unanswerable one; 0.5 is chance", auroc),
    ScoreMeasure("ece", "Abstention", "calibration error (ECE), less is better",
                 "how far scores are from the share of answerable questions at that score, ten bins",
                 calibration_error, higher_is_better=False),
    Measure("brier", "Abstention", "Brier score, less is better",
            "the mean squared distance of score and outcome (1 answerable, 0 not); always 0.5 gives 0.25",
            _brier, higher_is_better=False, both=True),
)  # fmt: skip


def scores_of(results: Sequence[Result]) -> tuple[Floats, Floats]:
    """Scores, and 1 for answerable, else 0."""
    return (
        np.array([result.score for result in results], dtype=np.float64),
        np.array([result.answerable for result in results], dtype=np.float64),
    )


def has_both(results: Sequence[Result]) -> bool:
    """Whether there are answerable and unanswerable questions."""
    return len({result.answerable for result in results}) == 2
