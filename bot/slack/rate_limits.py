"""Slack's documented limits, kept by waiting one's turn: https://docs.slack.dev/apis/web-api/rate-limits.

Slack counts calls by method, and posts by channel as well. Who waits here waits alone: no other method, and
no other channel, is held up by it.
"""

import asyncio
import time
from collections import OrderedDict, deque

# Calls a minute, by Slack's table of tiers (slackapi/java-slack-sdk, metadata/web-api/rate_limit_tiers.json).
_A_MINUTE = {
    "chat.startStream": 20,
    "chat.stopStream": 20,
    "reactions.remove": 20,
    "users.list": 20,
    "agents.sessions.setStatus": 50,
    "assistant.threads.setSuggestedPrompts": 50,
    "chat.delete": 50,
    "chat.scheduledMessages.list": 50,
    "chat.update": 50,
    "conversations.info": 50,
    "conversations.replies": 50,
    "reactions.add": 50,
    "chat.appendStream": 100,
    "chat.postEphemeral": 100,
    "files.info": 100,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
    "views.update": 100,
    "assistant.threads.setStatus": 600,
}
# A little more than a minute: calls do not take equally long to reach Slack.
_MINUTE = 61.0
# "One message a second and channel, short bursts allowed": five within five seconds.
_POSTS, _POSTS_SECONDS = 5, 5.2
_CHANNELS = 2_000
# A stream has to be ended by a second call, of the same limit.
_STREAMS = 18


class RateLimit:
    """At most so many calls within any such time; whoever comes first has the first turn."""

    def __init__(self, most: int, seconds: float) -> None:
        """`most` calls within `seconds`."""
        self._all = most
        self._all_seconds = seconds
        self.share(1)

    def share(self, many: int) -> None:
        """`many` have the limit among them, each an equal part; the turns that were taken count on."""
        self._most = max(1, self._all // many)
        self._seconds = self._all_seconds * max(1.0, many / self._all)
        self._turns: deque[float] = deque(getattr(self, "_turns", ()), maxlen=self._most)

    @property
    def wait_seconds(self) -> float:
        """How long a call would wait now; 0 where it may be made at once."""
        if len(self._turns) < self._most:
            return 0.0
        return max(0.0, self._turns[0] + self._seconds - time.monotonic())

    def take(self) -> float:
        """Take the next turn; the seconds until then."""
        wait = self.wait_seconds
        self._turns.append(time.monotonic() + wait)
        return wait


class RateLimits:
    """The limits of one token, for all of this process that call with it."""

    def __init__(self) -> None:
        self._methods = {method: RateLimit(most, _MINUTE) for method, most in _A_MINUTE.items()}
        self._posts: OrderedDict[str, RateLimit] = OrderedDict()
        self._streams = RateLimit(_STREAMS, _MINUTE)
        self._many = 1

    def share(self, many: int) -> None:
        """So many bots call with the token, each within its part of the limits."""
        if many != self._many:
            self._many = many
            for limit in (*self._methods.values(), *self._posts.values(), self._streams):
                limit.share(many)

    def begin_stream(self) -> bool:
        """Whether a stream may be begun now; it counts then."""
        methods = ("chat.startStream", "chat.stopStream")
        if self._streams.wait_seconds or not all(map(self.has_room, methods)):
            return False
        self._streams.take()
        return True

    def has_room(self, method: str) -> bool:
        """Whether a method may be called at once."""
        limit = self._methods.get(method)
        return limit is None or not limit.wait_seconds

    async def wait(self, method: str, channel: str = "") -> None:
        """Wait for the turn of a call, and count it."""
        if seconds := self.turn(method, channel):
            await asyncio.sleep(seconds)

    def turn(self, method: str, channel: str = "") -> float:
        """Take the next turn of a call; the seconds until then."""
        limit = self._of(channel) if method == "chat.postMessage" else self._methods.get(method)
        return limit.take() if limit is not None else 0.0

    def _of(self, channel: str) -> RateLimit:
        if channel not in self._posts:
            self._posts[channel] = RateLimit(_POSTS, _POSTS_SECONDS)
            self._posts[channel].share(self._many)
        limit = self._posts[channel]
        self._posts.move_to_end(channel)
        while len(self._posts) > _CHANNELS:
            self._posts.popitem(last=False)
        return limit
