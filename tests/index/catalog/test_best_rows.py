"""The best of some rows: where scores tie, ids decide, whatever the rows are."""

from hypothesis import given
from hypothesis import strategies as st

from index.catalog.best_rows import best, least_of

SCORES = st.dictionaries(st.text("abcdef", min_size=1), st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=30)


@given(SCORES, st.integers(0, 40), st.randoms())
def test_rows_make_no_difference(scores: dict[str, float], most: int, chance: object) -> None:
    ids = sorted(scores)
    chance.shuffle(ids)  # type: ignore[attr-defined]
    rows = dict(enumerate(ids))
    found = best(
        {row: scores[id_] for row, id_ in rows.items()}, most, lambda asked: {r: rows[r] for r in asked}
    )
    expected = sorted(scores, key=lambda id_: (-scores[id_], id_))[:most]
    assert {rows[row] for row in found} == set(expected)
    assert list(found.values()) == [scores[id_] for id_ in expected]


def test_the_least_of_too_few_is_less_than_any() -> None:
    assert least_of([1.0, 3.0, 2.0], 2) == 2.0
    assert least_of([1.0], 2) == float("-inf")
    assert least_of([1.0], 0) == float("-inf")
