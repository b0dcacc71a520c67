"""Paired tests against their definitions; what counts as worse; which questions are the same."""

from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.compare import CaseChange, compare
from bot.evaluation.measures import auroc
from bot.evaluation.report.text import summary_json
from bot.evaluation.results import Result, Run, load_run, save_run
from bot.evaluation.significance import mcnemar, sign_flips, swaps
from bot.evaluation.summary import summarise
from index.errors import UsageError
from tests.bot.evaluation.conftest import result


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_two_sided_sign_test(gains: int, losses: int) -> None:
    n = gains + losses
    fewer = sum(comb(n, k) for k in range(min(gains, losses) + 1)) / 2**n
    assert mcnemar(gains, losses) == pytest.approx(min(1.0, 2 * fewer))


def test_mcnemar_holds_for_very_many_changes() -> None:
    assert mcnemar(5000, 5000) == 1
    assert mcnemar(5200, 4800) < 0.001


def test_sign_flips_come_close_to_every_flip_there_is() -> None:
    differences = np.array([0.5, 0.1, 0.3, -0.2, 0.7, 0.0, 0.4, -0.1])
    flips = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=8)
    ]
    exact = sum(flip >= abs(differences.sum()) - 1e-9 for flip in flips) / len(flips)
    assert sign_flips(differences) == pytest.approx(exact, abs=0.02)
    assert sign_flips(np.zeros(5)) == 1


def test_swapping_scores_tells_a_collapse_from_a_change_of_scale() -> None:
    draw = np.random.default_rng(1)
    labels = np.repeat([1.0, 0.0], 60)
    good = np.clip(labels * 0.5 + draw.random(120) * 0.5, 0, 1)
    assert swaps(auroc, good, good / 2, labels, ranks=True) == 1
    assert swaps(auroc, good, draw.random(120), labels, ranks=True) < 0.001


def run(*results: Result, threshold: float = 0.5) -> Run:
    return Run("2026-01-01T00:00:00+00:00", threshold, {}, results)


def change(old: Run, new: Run, key: str) -> CaseChange:
    return next(one for one in compare(old, new).changes if one.key == key)


def test_six_losses_and_no_gain_are_significantly_worse_and_five_are_not() -> None:
    good = run(*(result(str(n)) for n in range(20)))
    for losses, verdict in ((6, "worse"), (5, "same")):
        bad = run(*(result(str(n), right=n >= losses) for n in range(20)))
        right = change(good, bad, "right")
        assert (right.n, right.gains, right.losses, right.verdict) == (20, 0, losses, verdict)
        assert change(bad, good, "right").verdict == {"worse": "better", "same": "same"}[verdict]
    assert "right" in {
        one.key for one in compare(good, run(*(result(str(n), right=False) for n in range(20)))).worse
    }


def test_programs_are_told_what_got_worse() -> None:
    old, new = (run(*(result(str(n), right=right) for n in range(8))) for right in (True, False))
    told = summary_json(new, summarise(new), compare(old, new))["comparison"]
    right = next(one for one in told["changes"] if one["key"] == "right")
    assert right == {
        "key": "right", "n": 8, "old": 1.0, "new": 0.0,
        "gains": 0, "losses": 8, "p": 0.0078, "verdict": "worse",
    }  # fmt: skip
    assert "right" in told["worse"]


def test_for_errors_more_is_worse() -> None:
    labels = [n % 2 == 0 for n in range(20)]
    sure = run(*(result(str(n), answerable=a, score=0.9 if a else 0.1) for n, a in enumerate(labels)))
    vague = run(*(result(str(n), answerable=a, score=0.6 if a else 0.4) for n, a in enumerate(labels)))
    worse = {one.key for one in compare(sure, vague).worse}
    assert {"brier", "ece"} <= worse
    assert "auroc" not in worse
    assert not compare(vague, sure).worse


def test_each_run_is_judged_by_its_own_threshold() -> None:
    results = [result(str(n), score=0.6) for n in range(8)]
    answered = change(run(*results), run(*results, threshold=0.7), "answered")
    assert (answered.old, answered.new, answered.verdict) == (1, 0, "worse")


def test_a_question_of_which_something_else_is_known_is_another_question() -> None:
    old = run(result("a"), result("b"), result("c"), result("gone"))
    new = run(result("a"), result("b", answers=("else",)), result("c", question="Other?"), result("fresh"))
    compared = compare(old, new)
    assert (compared.paired, compared.only_old, compared.only_new) == (1, 3, 3)


def test_a_saved_run_comes_back_whole_but_for_its_passages(tmp_path: Path) -> None:
    before = run(result("a"), result("b", rank=None, answerable=False, score=0.1), threshold=0.3)
    save_run(before, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == before


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("{oops", "it is not JSON"),
        ("[]", "is not an earlier run"),
        ('{"onrecord_eval": 99}', "is not an earlier run"),
        ('{"onrecord_eval": 1, "made": "x"}', "is damaged"),
        (
            '{"onrecord_eval": 1, "made": "", "threshold": 0.5, "about": {}, "results": [{"id": 1}]}',
            "is damaged",
        ),
    ],
)
def test_a_file_that_is_no_run_is_named(tmp_path: Path, held: str, said: str) -> None:
    (tmp_path / "run.json").write_text(held)
    with pytest.raises(UsageError, match=said):
        load_run(tmp_path / "run.json")


def test_a_file_that_is_nested_too_deep_is_no_earlier_run(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("[" * 100_000)
    with pytest.raises(UsageError, match="is not an earlier run"):
        load_run(tmp_path / "run.json")
