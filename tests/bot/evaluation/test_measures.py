"""The formulas, against their definitions; and who counts for which measure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.measures import MEASURES, Measure, auroc, calibration_error
from bot.evaluation.results import Result, Run
from bot.evaluation.summary import at_threshold, estimates, summarise
from tests.bot.evaluation.conftest import result

scores = st.lists(st.integers(0, 8).map(lambda eighth: eighth / 8), min_size=1, max_size=12)


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_in_the_right_order(high: list[float], low: list[float]) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in high for b in low]
    labels = np.array([1.0] * len(high) + [0.0] * len(low))
    assert auroc(np.array(high + low), labels) == pytest.approx(sum(pairs) / len(pairs))


def test_calibration_error_is_the_weighted_distance_of_score_and_share() -> None:
    # One bin of three at 0.85, a third of them answerable; one bin of one at 0.1, not answerable.
    given_scores = np.array([0.85, 0.85, 0.85, 0.1])
    outcomes = np.array([1.0, 0.0, 0.0, 0.0])
    expected = 3 / 4 * abs(0.85 - 1 / 3) + 1 / 4 * 0.1
    assert calibration_error(given_scores, outcomes) == pytest.approx(expected)
    assert calibration_error(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0.0


def value(key: str, one: Result, threshold: float = 0.5) -> float | None:
    measure = next(m for m in MEASURES if m.key == key)
    assert isinstance(measure, Measure)
    return measure.value(one, threshold)


@pytest.mark.parametrize(
    ("rank", "hits", "reciprocal"),
    [(1, (1, 1, 1), 1), (4, (0, 1, 1), 0.25), (10, (0, 0, 1), 0.1), (11, (0, 0, 0), 0), (None, (0, 0, 0), 0)],
)
def test_ranks_make_hits_and_their_reciprocal(
    rank: int | None, hits: tuple[int, ...], reciprocal: float
) -> None:
    found = result(rank=rank)
    assert tuple(value(key, found) for key in ("hit@1", "hit@4", "hit@10")) == hits
    assert value("mrr@10", found) == reciprocal


def test_not_answering_counts_as_not_shown_and_not_as_wrong() -> None:
    silent = result(score=0.4)
    assert value("right", silent) == value("right_first", silent) == value("answered", silent) == 0
    for key in ("right_when_answered", "cites_gold", "verbatim", "refused"):
        assert value(key, silent) is None
    assert value("right", silent, threshold=0.4) == 1


def test_an_unanswerable_question_counts_where_it_is_refused_and_nowhere_else() -> None:
    refused = result(answerable=False, score=0.2)
    said = {m.key: m.value(refused, 0.5) for m in MEASURES if isinstance(m, Measure)}
    assert said.pop("refused") == 1
    assert said.pop("brier") == pytest.approx(0.04)
    assert set(said.values()) == {None}
    assert value("refused", result(answerable=False, score=0.7)) == 0


def test_a_quote_that_is_not_verbatim_shows() -> None:
    assert value("verbatim", result(verbatim=False)) == 0
    assert value("verbatim", result()) == 1


def test_without_both_kinds_nothing_is_said_of_telling_them_apart() -> None:
    alone = estimates([result("a"), result("b")], 0.5)
    assert not {"auroc", "ece", "brier", "refused"} & set(alone)
    both = estimates([result("a"), result("b", answerable=False, score=0.1)], 0.5)
    assert {"auroc", "ece", "brier", "refused"} <= set(both)
    assert both["auroc"].value == 1


def test_intervals_are_those_of_chance_and_the_same_every_time() -> None:
    results = [result(str(n), right=n % 4 != 0) for n in range(400)]
    first, again = (estimates(results, 0.5)["right"] for _ in range(2))
    assert first == again
    assert (first.value, first.n) == (0.75, 400)
    # The normal approximation: 1.96 standard errors.
    error = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert first.low == pytest.approx(0.75 - error, abs=0.01)
    assert first.high == pytest.approx(0.75 + error, abs=0.01)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(18, 18, 0.824, 1), (0, 1, 0, 0.793), (3, 4, 0.301, 0.954)]
)
def test_a_share_of_few_questions_is_never_certain(right: int, n: int, low: float, high: float) -> None:
    # Wilson (1927), as R's binom.confint gives it.
    share = estimates([result(str(at), right=at < right) for at in range(n)], 0.5)["right"]
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_a_threshold_trades_answers_for_refusals() -> None:
    results = [result(str(n), score=n / 10, right=n > 3) for n in range(1, 10)]
    results += [result(f"u{n}", answerable=False, score=n / 10) for n in range(4)]
    low, high = at_threshold(results, 0.2), at_threshold(results, 0.8)
    assert (low.answered, low.right, low.refused) == (8 / 9, 6 / 8, 0.5)
    assert (high.answered, high.right, high.refused) == (2 / 9, 1, 1)


def test_kinds_are_measured_apart_the_largest_first() -> None:
    results = [result("a", kind="who", right=False), result("b", kind="why"), result("c", kind="why")]
    summary = summarise(Run("2026-01-01", 0.5, {}, tuple(results)))
    assert summary.sizes == {"why": 2, "who": 1}
    assert list(summary.kinds) == ["why", "who"]
    assert summary.kinds["why"]["right"].value == 1
    assert summary.kinds["who"]["right"].value == 0
