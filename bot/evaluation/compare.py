"""A run against an earlier one: what got better, what got worse, and whether it could be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bot.evaluation.measures import MEASURES, Measure, ScoreMeasure, has_both, scores_of
from bot.evaluation.results import Result, Run
from bot.evaluation.significance import LEVEL, mcnemar, sign_flips, swaps

Verdict = Literal["better", "worse", "same"]


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A measure in two runs, over the `n` questions that count in both.

    `gains` and `losses` are questions for the better and the worse, None for what only all together have;
    `p` is the chance of such a difference between runs that are alike.
    """

    key: str
    n: int
    old: float
    new: float
    gains: int | None
    losses: int | None
    p: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change, and how many questions could be paired, and how many of each run could not."""

    made: str
    paired: int
    only_old: int
    only_new: int
    changes: tuple[CaseChange, ...]

    @property
    def worse(self) -> tuple[CaseChange, ...]:
        """What got significantly worse."""
        return tuple(change for change in self.changes if change.verdict == "worse")


def compare(old: Run, new: Run) -> Comparison:
    """Pair the questions of two runs by id, and test every measure that both have.

    A question that was worded otherwise, or of which something else was known, is another question. Each run
    is judged by its own threshold: changing that is a change, too.
    """
    before = {result.id: result for result in old.results}
    pairs = [
        (before[result.id], result)
        for result in new.results
        if result.id in before and _known(before[result.id]) == _known(result)
    ]
    changes = (_change(measure, pairs, old.threshold, new.threshold) for measure in MEASURES)
    return Comparison(
        old.made,
        len(pairs),
        len(old.results) - len(pairs),
        len(new.results) - len(pairs),
        tuple(change for change in changes if change),
    )


def _known(result: Result) -> tuple[object, ...]:
    return result.question, result.answerable, set(result.gold_articles), set(result.answers)


def _change(
    measure: Measure | ScoreMeasure, pairs: Sequence[tuple[Result, Result]], before: float, now: float
) -> CaseChange | None:
    both = has_both([new for _, new in pairs])
    if isinstance(measure, ScoreMeasure):
        return _scores_change(measure, pairs) if both else None
    if measure.both and not both:
        return None
    valued = [(measure.value(old, before), measure.value(new, now)) for old, new in pairs]
    counted = np.array([(a, b) for a, b in valued if a is not None and b is not None], dtype=np.float64)
    if not len(counted):
        return None
    old, new = counted.T
    # Embeddings computed on two occasions differ in their last digits, and that is no change.
    better = np.round((new - old) if measure.higher_is_better else (old - new), 6)
    gains, losses = int((better > 0).sum()), int((better < 0).sum())
    yes_or_no = bool(np.isin(counted, (0.0, 1.0)).all())
    p = mcnemar(gains, losses) if yes_or_no else sign_flips(better)
    return _judged(measure, len(counted), float(old.mean()), float(new.mean()), (gains, losses), p)


def _scores_change(measure: ScoreMeasure, pairs: Sequence[tuple[Result, Result]]) -> CaseChange:
    old, answerable = scores_of([old for old, _ in pairs])
    new, _ = scores_of([new for _, new in pairs])
    p = swaps(measure.value, old, new, answerable, ranks=measure.key == "auroc")
    values = measure.value(old, answerable), measure.value(new, answerable)
    return _judged(measure, len(pairs), *values, (None, None), p)


def _judged(
    measure: Measure | ScoreMeasure,
    n: int,
    old: float,
    new: float,
    counts: tuple[int | None, int | None],
    p: float,
) -> CaseChange:
    better = new > old if measure.higher_is_better else new < old
    verdict: Verdict = "same" if p >= LEVEL or new == old else "better" if better else "worse"
    return CaseChange(measure.key, n, old, new, *counts, p, verdict)
