"""How many calls of a kind may be made within a minute."""

import time
from collections import deque


class RateLimit:
    """Calls of one kind within a minute, so that no limit of Slack's is run into on purpose."""

    def __init__(self, most: int, seconds: float = 60.0) -> None:
        """`most` calls within `seconds`."""
        self._most = most
        self._seconds = seconds
        self._calls: deque[float] = deque()

    def take(self) -> bool:
        """Whether one more may be made now; it counts then."""
        now = time.monotonic()
        while self._calls and now - self._calls[0] >= self._seconds:
            self._calls.popleft()
        if len(self._calls) >= self._most:
            return False
        self._calls.append(now)
        return True


class RateLimits:
    """The limits that are shared by all replies (https://docs.slack.dev/apis/web-api/rate-limits)."""

    def __init__(self) -> None:
        self.streams = RateLimit(20)
        self.appends = RateLimit(90)
        self.reactions = RateLimit(45)
        self.privately = RateLimit(90)
