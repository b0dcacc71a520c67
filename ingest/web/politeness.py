"""Good manners towards sites: what robots.txt allows, and not too much at once."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from index.errors import FetchError, FetchLater, FetchRefused
from ingest.web.fetcher import Fetcher

_LOG = logging.getLogger("onrecord.ingest")
_MOST_DELAY = 60.0
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


class Robots:
    """What sites let programs fetch (RFC 9309); each robots.txt is read once. Safe for several threads."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, object] = {}
        self._delays: dict[str, float] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, url: str) -> None:
        """Raises FetchRefused where a site does not want `url` fetched, FetchLater where it cannot say."""
        rules = self._of(url)
        if isinstance(rules, FetchError):
            raise rules
        if rules is not None and not rules.can_fetch(url, self._fetcher.policy.user_agent):  # type: ignore[attr-defined]
            msg = "the site's robots.txt asks programs not to read it; save the page, and ingest the file"
            raise FetchRefused(msg)

    def delay(self, url: str) -> float:
        """The seconds between requests that the site asks for, where it was read already; else 0."""
        return self._delays.get(_site(url), 0.0)

    def _of(self, url: str) -> object:
        site = _site(url)
        with self._lock:
            lock = self._locks.setdefault(site, threading.Lock())
        with lock:
            if site not in self._rules:
                self._rules[site] = self._read(site)
            return self._rules[site]

    def _read(self, site: str) -> object:
        from protego import Protego

        try:
            body = self._fetcher.get(f"{site}/robots.txt").body
        except FetchLater as error:
            # RFC 9309, 2.3.1.4: a site that cannot say is taken to forbid everything, for now.
            return FetchLater(f"the site's robots.txt cannot be had: {error}", error.seconds)
        except FetchError:
            return None
        try:
            rules = Protego.parse(body[:500_000].decode("utf-8", "replace"))
            asked = float(rules.crawl_delay(self._fetcher.policy.user_agent) or 0.0)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            _LOG.debug("reading the robots.txt of %s", site, exc_info=error)
            return FetchError("the site's robots.txt cannot be read; save the page, and ingest the file")
        self._delays[site] = min(asked, _MOST_DELAY) if asked > 0 else 0.0
        return rules


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
    """Whose turn it is: no host is asked too often or too much at once, and none waits for another."""

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
