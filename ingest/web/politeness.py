"""Politeness towards sites: a delay between requests to one host, and few of them at once."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from index.errors import FetchLater

_LOG = logging.getLogger("onrecord.ingest")
_LONGEST_WAIT = 120.0
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Politeness:
    """How sites are treated.

    `delay` is in seconds between two requests to a host, and `at_once` how many it has to answer at a time; a
    run asks for `pages` at most, and for no more after `minutes`.
    """

    delay: float = 1.0
    at_once: int = 2
    pages: int = 20_000
    minutes: float = 240.0
    robots: bool = True


@dataclass(slots=True)
class QueuedRequest:
    """A request that waits for its turn."""

    url: str
    page: Any
    attempts: int = 0


@dataclass(slots=True)
class _Host:
    waiting: deque[QueuedRequest] = field(default_factory=deque)
    running: int = 0
    free_at: float = 0.0


class HostQueue:
    """A queue for each host, so that none is asked too often and none waits for another."""

    def __init__(self, manners: Politeness, delay_of: Callable[[str], float] = lambda _: 0.0) -> None:
        self._manners = manners
        self._delay_of = delay_of
        self._hosts: dict[str, _Host] = {}
        self.waiting = 0

    def add(self, task: QueuedRequest) -> None:
        """Let a request wait for its turn."""
        self._host(task.url).waiting.append(task)
        self.waiting += 1

    def next(self, now: float | None = None) -> QueuedRequest | float:
        """The next request; or the seconds until there may be one, where none may start now."""
        now = monotonic() if now is None else now
        soonest = _LONGEST_WAIT
        for host in self._hosts.values():
            if not host.waiting or host.running >= self._manners.at_once:
                continue
            if host.free_at > now:
                soonest = min(soonest, host.free_at - now)
                continue
            task = host.waiting.popleft()
            host.running += 1
            host.free_at = now + max(self._manners.delay, self._delay_of(task.url))
            self.waiting -= 1
            return task
        return soonest

    def drain(self) -> list[QueuedRequest]:
        """All that still waits, which gets no turn any more."""
        left = [task for host in self._hosts.values() for task in host.waiting]
        for host in self._hosts.values():
            host.waiting.clear()
        self.waiting = 0
        return left

    def done(self, task: QueuedRequest) -> None:
        """A request came to its end."""
        self._host(task.url).running -= 1

    def again(self, task: QueuedRequest, error: FetchLater) -> bool:
        """Whether a request that failed for now gets another turn, after what the site asked for."""
        task.attempts += 1
        wait = error.seconds or 2.0**task.attempts / 2
        if task.attempts >= _ATTEMPTS or wait > _LONGEST_WAIT:
            return False
        host = self._host(task.url)
        host.free_at = max(host.free_at, monotonic() + wait)
        self.add(task)
        return True

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(urlsplit(url).netloc, _Host())
