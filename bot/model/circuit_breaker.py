"""A circuit breaker: a model whose server keeps failing is not asked for a while."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from bot.model.retry_policy import ModelLimits
from index.errors import WriterBusy


class CircuitBreaker:
    """Opens after repeated failures, so that nobody waits in vain; later lets one question try again."""

    def __init__(self, limits: ModelLimits, clock: Callable[[], float] = monotonic) -> None:
        self._limits = limits
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
            if self._failures >= self._limits.failures:
                # Whoever comes now tries for all others, who are told to wait meanwhile.
                self._until = self._clock() + self._limits.rest

    def succeeded(self) -> None:
        """The model's server answered, if only to refuse."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def failed(self) -> None:
        """The model did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limits.failures:
                self._until = self._clock() + self._limits.rest
