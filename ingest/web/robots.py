"""What robots.txt allows (RFC 9309)."""

import threading
from urllib.parse import urlsplit

from index.errors import FetchError, FetchLater, FetchRefused
from ingest.web.fetcher import Fetcher
from ingest.web.politeness import _LOG

_MOST_DELAY = 60.0


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
