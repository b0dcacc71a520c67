"""Timeouts and retries of a model: how long to wait, how often and when to ask again."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Seconds for a whole answer and for its first word, and what is done about failures.

    `attempts` counts all requests for one reply. Between them lie `pause` seconds, doubled each time, up to a
    half more at random so that many askers do not come back at once; or what the server asks for, if longer.
    After `failures` in a row the model is left alone for `rest` seconds.
    """

    answer: float = 60.0
    first_word: float = 20.0
    attempts: int = 3
    pause: float = 0.5
    failures: int = 5
    rest: float = 30.0

    def before(self, attempt: int, asked: float, chance: Callable[[], float] = random.random) -> float:
        """Seconds to wait before an attempt, numbered from 1; `asked` is what the server wishes."""
        return max(asked, self.pause * 2.0 ** (attempt - 2) * (1 + chance() / 2))
