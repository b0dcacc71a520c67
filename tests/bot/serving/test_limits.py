"""How often one client may ask, and how many may wait at once."""

import pytest

from bot.serving.limits import RateLimit, Waiting
from index.errors import Overloaded


def test_who_asked_too_often_may_ask_again_later_and_others_always() -> None:
    now = 0.0
    rate = RateLimit(60, lambda: now)
    for _ in range(60):
        rate.spend("a")
    rate.spend("b")
    with pytest.raises(Overloaded) as error:
        rate.spend("a")
    assert error.value.wait == pytest.approx(1.0)
    now = 1.0
    rate.spend("a")
    with pytest.raises(Overloaded):
        rate.spend("a")


def test_only_so_many_wait_at_once() -> None:
    waiting = Waiting(1)
    with waiting.entered():
        with pytest.raises(Overloaded), waiting.entered():
            pass
        assert waiting.inside == 1
    with waiting.entered():
        assert waiting.inside == 1
