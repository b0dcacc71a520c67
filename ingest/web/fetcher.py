"""Pages by HTTP, fetched so that nothing can be reached, sent or filled that was not meant.

The guard is in the connection itself (`ssrf_guard`): whatever library, redirect or spelling leads to it, a
socket is opened only to an address that was checked. No proxy and no cookie is used, nothing of the
environment is read, and size and time are capped in all, not only between two bytes.
"""

import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2

from index.errors import FetchError, FetchLater, FetchRefused, PageGone
from ingest.urls import checked_link
from ingest.web.content_coding import content_coding, unpacked
from ingest.web.meta_refresh import target_of_stub
from ingest.web.retry_after import retry_after
from ingest.web.ssrf_guard import Resolve, checked_addresses, resolve

_REDIRECTS = {301, 302, 303, 307, 308}
_MOVED = {301, 308}
_GONE = {404, 410}
_LATER = {408, 425, 429, 500, 502, 503, 504}
_CLOSED = {
    401: "it wants a password",
    402: "it wants to be paid for",
    403: "the site does not let it be read",
}
_LONGEST_MARK = 1_000
_LONGEST_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Policy:
    """What fetching may do. Sizes in bytes, times in seconds; `contact` is told to the sites."""

    allow_private: bool = False
    contact: str = ""
    max_bytes: int = 20_000_000
    seconds: float = 60.0
    connect_seconds: float = 10.0
    redirects: int = 8
    connections: int = 16

    @property
    def user_agent(self) -> str:
        """What the program calls itself, with whom to write to."""
        return f"OnRecord/0.1 (+{self.contact})" if self.contact else "OnRecord/0.1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `url` is where the page is in the end, `moved` where it is for good, by the site's word.

    `unchanged` says that the site answered with 304 and no body. `etag` and `modified` are for the next time;
    `kind` is the media type in lower case, "" where none is stated; `charset` likewise.
    """

    url: str
    moved: str = ""
    body: bytes = field(default=b"", repr=False)
    kind: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Where a site sends whoever asks, and whether it does so for good."""

    target: str
    for_good: bool


class Fetcher:
    """Fetches pages and keeps connections open between them. Safe for use by several threads; close it."""

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        resolver: Resolve = resolve,
        network: httpcore2.NetworkBackend | None = None,
    ) -> None:
        """`resolver` and `network` stand in for the system's, for tests."""
        self.policy = policy or Policy()
        self._deadline = threading.local()
        guarded = _Guarded(network or httpcore2.SyncBackend(), self.policy, resolver, self._deadline)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=self.policy.connections,
            keepalive_expiry=15.0,
            network_backend=guarded,
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        allowed: Callable[[str], None] = lambda _: None,
    ) -> Fetched:
        """The page at `url`, redirects followed; `allowed` is asked for each address and may raise.

        With what an earlier answer gave as `etag` and `modified` the site may say that nothing changed.
        Raises FetchRefused for a link that may not be followed, PageGone for 404 and 410, FetchLater where
        another time may help, FetchError for all else.
        """
        headers = {"If-None-Match": etag} if _sendable(etag) else {}
        headers |= {"If-Modified-Since": modified} if _sendable(modified) else {}
        here, moved, for_good = checked_link(url), "", True
        ends = 0.0
        for _ in range(self.policy.redirects + 1):
            allowed(here)
            # One time for all of them; what `allowed` fetches has its own.
            self._deadline.at = ends = ends or monotonic() + self.policy.seconds
            found = self._once(here, headers)
            if isinstance(found, Fetched):
                target = target_of_stub(found.body, found.kind, here)
                if not target:
                    return replace(found, moved=moved)
                # What an unchanged page was would be asked of another address the next time.
                found, headers = _Redirect(target, for_good=False), {}
            here = _led_to(here, found.target)
            for_good = for_good and found.for_good
            moved = here if for_good else moved
        msg = "it redirects too often; check the link in a browser"
        raise FetchError(msg)

    def _once(self, url: str, extra: Mapping[str, str]) -> "Fetched | _Redirect":
        """One request."""
        headers = {
            "Host": urlsplit(url).netloc,
            "User-Agent": self.policy.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": "gzip",
            **extra,
        }
        left = self.policy.seconds
        timeout = {"connect": self.policy.connect_seconds, "read": left, "write": left, "pool": left}
        try:
            with self._pool.stream(
                "GET", url.encode("ascii"), headers=list(headers.items()), extensions={"timeout": timeout}
            ) as response:
                answered = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                if response.status in _REDIRECTS and answered.get("location"):
                    return _Redirect(answered["location"], for_good=response.status in _MOVED)
                _judge(response.status, answered)
                unchanged = response.status == 304
                if unchanged and not extra:
                    msg = "the site says that nothing changed, which it was not asked; try again later"
                    raise FetchLater(msg)
                body = b"" if unchanged else self._body(response.iter_stream(), answered)
        except httpcore2.TimeoutException as error:
            msg = "the site takes too long to answer; try again later"
            raise FetchLater(msg) from error
        except httpcore2.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                msg = "the site cannot prove who it is (its certificate is not valid); check the link"
                raise FetchError(msg) from error
            msg = "no connection to the site can be made; check the link, or try again later"
            raise FetchLater(msg) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            msg = "the site broke off its answer; try again later"
            raise FetchLater(msg) from error
        except (httpcore2.UnsupportedProtocol, UnicodeError, ssl.SSLError) as error:
            msg = "the site's answer cannot be read; check the link in a browser"
            raise FetchError(msg) from error
        kind, charset = _media_type(answered.get("content-type", ""))
        etag, modified = (
            value if _sendable(value) else ""
            for value in (answered.get("etag", ""), answered.get("last-modified", ""))
        )
        return Fetched(url, "", body, kind, charset, etag, modified, unchanged)

    def _body(self, stream: Iterable[bytes], headers: Mapping[str, str]) -> bytes:
        """The bytes of an answer, unpacked; never more than the cap is held."""
        cap = self.policy.max_bytes
        stated = headers.get("content-length", "")
        if stated.isdecimal() and (len(stated) > _LONGEST_LENGTH or int(stated) > cap):
            raise FetchError(_too_large(cap))
        encoding = content_coding(headers.get("content-encoding", ""))
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            msg = f"the site packs its answer as {encoding[:20]}, which was not asked for; try again later"
            raise FetchLater(msg)
        body = bytearray()
        try:
            for part in stream if encoding in ("", "identity") else unpacked(stream, cap):
                body += part
                if len(body) > cap:
                    raise FetchError(_too_large(cap))
                if monotonic() > self._deadline.at:
                    msg = "the site sends its answer too slowly; try again later"
                    raise FetchLater(msg)
        except zlib.error as error:
            msg = "the site's answer is packed wrongly; try again later"
            raise FetchLater(msg) from error
        return bytes(body)


class _Guarded(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and lets no read or write outlast its request."""

    def __init__(
        self, network: httpcore2.NetworkBackend, policy: Policy, resolver: Resolve, deadline: threading.local
    ) -> None:
        self._network = network
        self._policy = policy
        self._resolver = resolver
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of `host` that answers; each of them was checked."""
        addresses = checked_addresses(
            host, port, allow_private=self._policy.allow_private, resolver=self._resolver
        )
        failed: Exception = httpcore2.ConnectError("no address")
        for address in addresses[:4]:
            limit = _remaining(self._deadline, timeout)
            try:
                stream = self._network.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                return _Timed(stream, self._deadline)
        raise failed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        """Never: a socket of this machine is no place for a link."""
        raise FetchRefused("a link may not lead to a socket of this machine")


class _Timed(httpcore2.NetworkStream):
    """A connection on which a request's time ends, however slowly the bytes come."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: threading.local) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes that have come."""
        return self._stream.read(max_bytes, _remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, _remaining(self._deadline, timeout))

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted; the certificate is checked against the name, not the address."""
        limit = _remaining(self._deadline, timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _led_to(here: str, target: str) -> str:
    """Where a redirect leads. FetchRefused where that is no link that is followed."""
    try:
        return checked_link(urljoin(here, target))
    except ValueError as error:
        msg = "the site redirects to something that is no link; check the link in a browser"
        raise FetchRefused(msg) from error


def _sendable(value: str) -> bool:
    """Whether what a site gave for the next time can be sent back: some give what no header may hold."""
    return bool(value) and value.isascii() and value.isprintable() and len(value) <= _LONGEST_MARK


def _judge(status: int, headers: Mapping[str, str]) -> None:
    """Raise for an answer that holds no page."""
    if status in (200, 203, 304):
        return
    if status in _GONE:
        msg = "the page is not there" if status == 404 else "the page was taken down for good"
        raise PageGone(f"{msg} ({status}); check the link", status)
    if status in _LATER:
        msg = f"the site cannot answer now ({status}); try again later"
        raise FetchLater(msg, retry_after(headers.get("retry-after", "")))
    reason = _CLOSED.get(status, "the site does not give the page")
    msg = f"{reason} ({status}); save the page in a browser, and ingest the file"
    raise FetchError(msg)


def _media_type(value: str) -> tuple[str, str]:
    kind, _, rest = value.partition(";")
    charset = next(
        (p.partition("=")[2] for p in rest.split(";") if p.strip().lower().startswith("charset=")), ""
    )
    return kind.strip().lower(), charset.strip(" \"'").lower()


def _remaining(deadline: threading.local, timeout: float | None) -> float:
    left = float(getattr(deadline, "at", monotonic() + 60.0)) - monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for this request is over")
    return left if timeout is None else min(left, timeout)


def _too_large(cap: int) -> str:
    megabytes = cap // 1_000_000 or 1
    return f"it is larger than {megabytes} MB, the most that is fetched; save it, and ingest the file"
