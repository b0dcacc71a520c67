"""Paired tests: whether the difference between two runs on the same questions could be chance.

All are two-sided. Where chance is drawn, it is drawn with a fixed seed, so that a verdict never changes.
"""

from collections.abc import Callable

import numpy as np

from bot.evaluation.measures import Floats, midranks

LEVEL = 0.05
_DRAWS = 5000
_SEED = 20260312
_BLOCK = 1_000_000


def mcnemar(gains: int, losses: int) -> float:
    """The exact test of McNemar (1947) for yes-or-no outcomes: a sign test on the questions that changed.

    The chance that fair coins fall at least as unevenly as `gains` against `losses`.
    """
    changed = gains + losses
    ways = term = 1  # of choosing 0, then 1, 2 … of them; whole numbers, so exact however many changed
    for chosen in range(min(gains, losses)):
        term = term * (changed - chosen) // (chosen + 1)
        ways += term
    return min(1.0, float(2 * ways / 2**changed))


def sign_flips(differences: Floats) -> float:
    """Fisher's paired randomisation test: were the runs alike, each difference could as well be reversed.

    `differences` are new minus old; the share of random reversals whose mean is at least as far from 0,
    counting the one that happened (Phipson and Smyth 2010).
    """
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    draw = np.random.default_rng(_SEED)
    observed = abs(differences.sum()) - 1e-9
    extreme = 0
    left = _DRAWS
    while left:
        block = min(left, max(1, _BLOCK // len(differences)))
        signs = draw.integers(2, size=(block, len(differences))) * 2 - 1
        extreme += int((np.abs(signs @ differences) >= observed).sum())
        left -= block
    return (extreme + 1) / (_DRAWS + 1)


def swaps(
    statistic: Callable[[Floats, Floats], float], old: Floats, new: Floats, answerable: Floats, *, ranks: bool
) -> float:
    """The same for a number that only all scores together have: the two scores of a question change places.

    With `ranks` they are made ranks within their run first, for two runs need not score on one scale
    (Venkatraman and Begg 1996, for the area under the ROC curve).
    """
    if ranks:
        old, new = midranks(old), midranks(new)
    if np.array_equal(old, new):
        return 1.0
    draw = np.random.default_rng(_SEED)
    observed = abs(statistic(new, answerable) - statistic(old, answerable)) - 1e-9
    extreme = 0
    for _ in range(_DRAWS):
        swapped = draw.random(len(old)) < 0.5
        one, other = np.where(swapped, new, old), np.where(swapped, old, new)
        extreme += abs(statistic(one, answerable) - statistic(other, answerable)) >= observed
    return (extreme + 1) / (_DRAWS + 1)
