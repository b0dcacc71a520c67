"""How long a model is waited for, how often it is asked again, and when it is left alone."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from index.errors import WriterBusy


class Cancelled(Exception):
    """Whoever asked does not wait for the answer any more."""


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


class CircuitBreaker:
    """Leaves a model alone that keeps failing, so that nobody waits for it; then lets one asker try again."""

    def __init__(self, patience: ModelLimits, clock: Callable[[], float] = monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0

    def enter(self) -> None:
        """Ask for leave to ask the model. Raises WriterBusy while it is left alone."""
        with self._lock:
            left = self._until - self._clock()
            if left > 0:
                msg = (
                    f"The model failed {self._failures} times in a row and is left alone "
                    f"for {max(1, round(left))} s more."
                )
                raise WriterBusy(msg, left)
            if self._failures >= self._patience.failures:
                # Whoever comes now tries for all others, who are told to wait meanwhile.
                self._until = self._clock() + self._patience.rest

    def succeeded(self) -> None:
        """The model answered."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def failed(self) -> None:
        """The model did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._patience.failures:
                self._until = self._clock() + self._patience.rest
