"""Outlets by a part of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from index.search.outlets import outlets_named

KNOWN = ["Kesterbridge Gazette", "The Valley Voice", "Valley Voice Extra", "Coast Herald"]


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("gazette", "Kesterbridge Gazette"),
        ("the gazette", "Kesterbridge Gazette"),
        ("VALLEY VOICE EXTRA", "Valley Voice Extra"),
        ("the valley voice", "The Valley Voice"),
        (" coast ", "Coast Herald"),
    ],
)
def test_a_part_that_only_one_name_has_is_enough_in_any_case(named: str, meant: str) -> None:
    assert outlets_named(KNOWN, [named]) == (meant,)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            "valley",
            "part of several outlets' names: The Valley Voice, Valley Voice Extra; write more of one.",
        ),
        ("Cost Herold", "did you mean 'Coast Herald'?"),
        (
            "Reuters",
            "on record are: Kesterbridge Gazette, The Valley Voice, Valley Voice Extra, Coast Herald.",
        ),
        ("", "on record are: "),
    ],
)
def test_a_name_that_fits_none_or_several_is_refused_with_those_that_it_may_mean(
    named: str, said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        outlets_named(KNOWN, [named])
    assert said in str(refused.value)


@given(st.lists(st.text(min_size=1), min_size=1, unique_by=str.casefold))
def test_a_whole_name_always_means_itself(known: list[str]) -> None:
    for name in filter(str.strip, known):
        if name == name.strip():
            assert name in outlets_named(known, [name])
