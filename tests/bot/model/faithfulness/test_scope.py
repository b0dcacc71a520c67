"""Words that make a sentence less sure reach as far as the numbers that are taken from beside them."""

from bot.model.faithfulness.scope import HEDGE, lost_operator

STRIKE = (
    "A one-day strike at the Harbour Mills, a protest in which more than 340 dockers are expected to take "
    "part, began at dawn."
)


def test_a_number_that_is_only_expected_is_no_fact() -> None:
    assert lost_operator(STRIKE, "More than 340 people went on strike at the Harbour Mills.") == HEDGE


def test_what_stands_beside_an_expectation_may_be_stated() -> None:
    assert lost_operator(STRIKE, "The one-day strike at the Harbour Mills began at dawn.") == ""
    assert lost_operator(STRIKE, "More than 340 dockers are expected to strike at the Harbour Mills.") == ""
