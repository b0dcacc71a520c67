"""Slack's documented rate limits, by method.

The tiers are those of Slack's own table (slackapi/java-slack-sdk, metadata/web-api/rate_limit_tiers.json).
Slack tolerates bursts beyond them; here none is.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

MINUTE = 60.0
_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS = {
    "apps.connections.open": 1,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "reactions.remove": 2,
    "users.list": 2,
    # In no table of Slack's; other clients take it for the third.
    "agents.sessions.setStatus": 3,
    "assistant.threads.setSuggestedPrompts": 3,
    "chat.delete": 3,
    "chat.scheduledMessages.list": 3,
    "chat.update": 3,
    "conversations.info": 3,
    "conversations.replies": 3,
    "reactions.add": 3,
    "chat.appendStream": 4,
    "chat.postEphemeral": 4,
    "files.info": 4,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.update": 4,
}
# What has a limit of its own ("special tiers"), in calls a minute.
_SPECIAL = {"assistant.threads.setStatus": 600, "auth.test": 300, "chat.getPermalink": 300}
# chat.postMessage: about one a second and channel; short bursts are let pass.
POSTS, POSTS_SECONDS = 5, 5.0


class Throttle:
    """Counts calls by method, and by channel where Slack does; says how long to wait."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is Slack's clock, in seconds."""
        self._now = now
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def retry_after(self, method: str, body: Mapping[str, Any]) -> int:
        """Seconds to wait where a limit is reached, else 0, and the call counts."""
        if method == "chat.postMessage":
            return self._wait(f"{method} {body.get('channel')}", POSTS, POSTS_SECONDS)
        if method in TIERS:
            # Sockets are opened again and again by tests that cut them.
            most = 1_000 if TIERS[method] == 1 else _A_MINUTE[TIERS[method]]
        else:
            most = _SPECIAL.get(method, 0)
        return self._wait(method, most, MINUTE) if most else 0

    def _wait(self, key: str, most: int, seconds: float) -> int:
        now, calls = self._now(), self._calls[key]
        while calls and now - calls[0] >= seconds:
            calls.popleft()
        if len(calls) >= most:
            return max(1, int(seconds - (now - calls[0])) + 1)
        calls.append(now)
        return 0
