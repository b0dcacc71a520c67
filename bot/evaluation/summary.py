"""A run in figures: each measure with its interval, over all questions and by kind; what thresholds do."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluation.measures import MEASURES, Floats, Measure, has_both, scores_of
from bot.evaluation.results import Result, Run

RESAMPLES = 1000
THRESHOLDS = tuple(tenth / 10 for tenth in range(1, 10))
# The same run must print the same intervals, whenever it is measured.
_SEED = 20260312
# Of the normal distribution, for 95 %.
_Z = 1.959964
# Numbers drawn at a time: 8 MB.
_BLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over `n` questions, with its 95 % interval from `low` to `high`."""

    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What a threshold would do; None where no question can tell."""

    threshold: float
    answered: float | None
    right: float | None
    refused: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run. `kinds` are by number of questions, most first."""

    measures: dict[str, Estimate]
    kinds: dict[str, dict[str, Estimate]]
    sizes: dict[str, int]
    thresholds: tuple[AtThreshold, ...]


def summarise(run: Run) -> Summary:
    """The figures of `run`."""
    sizes = dict(Counter(result.kind for result in run.results).most_common())
    by_kind = {kind: [result for result in run.results if result.kind == kind] for kind in sizes}
    return Summary(
        estimates(run.results, run.threshold),
        {kind: estimates(results, run.threshold) for kind, results in by_kind.items()},
        sizes,
        tuple(at_threshold(run.results, threshold) for threshold in THRESHOLDS),
    )


def estimates(results: Sequence[Result], threshold: float) -> dict[str, Estimate]:
    """Every measure that any of `results` can tell, by key."""
    found: dict[str, Estimate] = {}
    both = has_both(results)
    for measure in MEASURES:
        if isinstance(measure, Measure):
            values = [measure.value(result, threshold) for result in results]
            counted = np.array([value for value in values if value is not None], dtype=np.float64)
            if len(counted) and (both or not measure.both):
                found[measure.key] = Estimate(float(counted.mean()), len(counted), *_mean_interval(counted))
        elif both:
            scores, answerable = scores_of(results)
            interval = _score_interval(measure.value, scores, answerable)
            found[measure.key] = Estimate(measure.value(scores, answerable), len(scores), *interval)
    return found


def at_threshold(results: Sequence[Result], threshold: float) -> AtThreshold:
    """What `threshold` would have done to `results`."""
    shares: dict[str, float | None] = dict.fromkeys(("answered", "right_when_answered", "refused"))
    for measure in MEASURES:
        if isinstance(measure, Measure) and measure.key in shares:
            values = [measure.value(result, threshold) for result in results]
            counted = [value for value in values if value is not None]
            shares[measure.key] = sum(counted) / len(counted) if counted else None
    return AtThreshold(threshold, shares["answered"], shares["right_when_answered"], shares["refused"])


def _mean_interval(values: Floats) -> tuple[float, float]:
    """Wilson's interval for a share; for other means the percentile bootstrap (Efron 1979)."""
    if np.isin(values, (0.0, 1.0)).all():
        # Where all agree, questions that are drawn again agree too, as if nothing were uncertain.
        return _share_interval(float(values.sum()), len(values))
    return _bootstrapped(values)


def _share_interval(successes: float, n: int) -> tuple[float, float]:
    """Wilson's score interval (Wilson 1927)."""
    share, z = successes / n, _Z
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _bootstrapped(values: Floats) -> tuple[float, float]:
    """Questions are drawn again, with replacement."""
    draw = np.random.default_rng(_SEED)
    means: list[Floats] = []
    left = RESAMPLES
    while left:
        block = min(left, max(1, _BLOCK // len(values)))
        means.append(values[draw.integers(len(values), size=(block, len(values)))].mean(axis=1))
        left -= block
    return _percentiles(np.concatenate(means))


def _score_interval(
    statistic: Callable[[Floats, Floats], float], scores: Floats, answerable: Floats
) -> tuple[float, float]:
    """The same for a number that needs both kinds of question: each is drawn from its own."""
    draw = np.random.default_rng(_SEED)
    groups = [np.flatnonzero(answerable == label) for label in (0, 1)]
    found = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([group[draw.integers(len(group), size=len(group))] for group in groups])
        found.append(statistic(scores[drawn], answerable[drawn]))
    return _percentiles(np.array(found))


def _percentiles(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
