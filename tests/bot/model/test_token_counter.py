"""Tokens are counted by what a server says it read."""

import pytest

from bot.model.token_counter import TokenCounter


def test_before_anything_was_read_the_guess_stands() -> None:
    counter = TokenCounter()
    counter.learn(4000, 0)
    assert counter.tokens(400, 99.0) == 99.0


def test_texts_are_counted_as_earlier_prompts_were() -> None:
    counter = TokenCounter()
    counter.learn(4000, 1000)
    assert counter.tokens(400, 1.0) == pytest.approx(100)
    counter.learn(4000, 3000)
    assert counter.tokens(400, 1.0) == pytest.approx(200)
