"""How much may be asked: questions at once, and requests a minute of each client."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.errors import Overloaded

# Clients that are remembered; whoever was not heard of for longest is forgotten, with a full allowance.
_CLIENTS = 10_000


class Waiting:
    """Bounds the questions that are answered or wait."""

    def __init__(self, most: int) -> None:
        """`most` are let in at once."""
        self._most = most
        self.inside = 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be one of them while the block runs. Raises Overloaded where it is full."""
        if self.inside >= self._most:
            msg = "Too many questions are waiting just now; ask again in a few seconds."
            raise Overloaded(msg, 5.0)
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1


class RateLimit:
    """A token bucket for each client: `per_minute` requests at once, and as many again in a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str) -> None:
        """Count one request. Raises Overloaded where the client has none left."""
        now = self._clock()
        left, at = self._left.get(client, (self._most, now))
        left = min(self._most, left + (now - at) * self._most / 60)
        if left < 1:
            msg = f"More than {self._most:.0f} requests in a minute; ask again more slowly."
            raise Overloaded(msg, (1 - left) * 60 / self._most)
        self._left[client] = left - 1, now
        self._left.move_to_end(client)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
