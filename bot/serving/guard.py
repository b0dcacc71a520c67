"""Who may ask over HTTP, how much at a time, and what every response carries: before any route is looked at.

It refuses other names than its own (DNS rebinding), pages of other sites, requests without a token where
there are tokens, and what is too large, too slow or too often. No traceback leaves it.
"""

import asyncio
import hashlib
import json
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.monitoring import logs
from bot.serving.limits import RateLimit
from bot.serving.refused import Refused, error_body, refusal_of
from bot.serving.settings import ServeSettings

# Where a request's scope says who made it.
CLIENT = "onrecord.client"
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Access:
    """What the guard goes by: the settings, the tokens, and the paths that need none."""

    settings: ServeSettings
    tokens: frozenset[str] = frozenset()
    open_paths: frozenset[str] = frozenset()
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def digests(self) -> frozenset[bytes]:
        """Of the tokens: to look a digest up takes the same time, whatever was guessed right."""
        return frozenset(hashlib.sha256(token.encode()).digest() for token in self.tokens)


class Guard:
    """An ASGI app around another one."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """`access.names` are names that it is reached by, beside this machine's own and the settings'."""
        self._app = app
        self._settings = access.settings
        self._names = _OWN_NAMES | {
            _bracketed(name.lower()) for name in (*access.settings.hosts, *access.names)
        }
        self._digests = access.digests
        self._open = access.open_paths
        self._rate = RateLimit(access.settings.per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that may be served."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with logs.request() as id_:
            response = _Response(send, id_)
            try:
                async with asyncio.timeout(self._settings.request_seconds):
                    headers = Headers(scope=scope)
                    scope[CLIENT] = self._client(scope, headers)
                    body = await self._body(headers, receive)
                    await _while_awaited(self._app, scope, body, receive, response.send)
            except TimeoutError:
                seconds = self._settings.request_seconds
                await response.refuse(
                    Refused(504, f"The request took longer than {seconds:g} s (request_seconds).")
                )
            except Exception as error:  # noqa: BLE001 (what nobody foresaw is in the log)
                await response.refuse(refusal_of(error, f"a request to {scope['path'][:200]}"))

    def _client(self, scope: Scope, headers: Headers) -> str:
        """Who asks, as limits and conversations know them. Raises Refused for whom it is not for."""
        host = headers.get("host", "")
        if _name(host) not in self._names:
            raise Refused(
                421,
                "This is not known by that name (Host); who runs it can add it to `hosts` in [serve].",
            )
        origin = headers.get("origin")
        # What a page of another site can send without asking first must not be obeyed.
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            raise Refused(403, "Pages of other sites may not ask here.")
        if scope["method"] == "POST" and _type(headers) != "application/json":
            raise Refused(415, "The body must be JSON (Content-Type: application/json).")
        client = self._authenticated(scope, headers)
        self._rate.spend(client)
        return client

    def _authenticated(self, scope: Scope, headers: Headers) -> str:
        address = str((scope.get("client") or ("unknown",))[0])
        if not self._digests or scope["path"] in self._open:
            return address
        scheme, _, token = headers.get("authorization", "").partition(" ")
        digest = hashlib.sha256(token.strip().encode("utf-8", "replace")).digest()
        if scheme.lower() != "bearer" or digest not in self._digests:
            # Counted, so that tokens cannot be guessed at leisure.
            self._rate.spend(address)
            raise Refused(
                401,
                "A token is needed (Authorization: Bearer …), and this is none that is known.",
                {"www-authenticate": "Bearer"},
            )
        return digest.hex()[:16]

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        most = self._settings.request_bytes
        too_large = Refused(413, f"The request is larger than {most:,} bytes.", {"connection": "close"})
        declared = headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.send_seconds):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise too_large
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            said = f"The request was not sent within {self._settings.send_seconds:g} s."
            raise Refused(408, said, {"connection": "close"}) from None


class _Response:
    """A response on its way; refusals take its place until it has begun."""

    def __init__(self, send: Send, request: str) -> None:
        self._send = send
        self._request = request
        self._begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            given = Headers(raw=message.get("headers", []))
            more = {**_HEADERS, "x-request-id": self._request}
            added = [(k.encode(), v.encode()) for k, v in more.items() if k not in given]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await self._send(message)

    async def refuse(self, refused: Refused) -> None:
        """Say why not, unless it is too late: then the connection ends without its end."""
        if self._begun:
            return
        body = json.dumps(error_body(refused)).encode()
        given = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
        headers = [(k.encode(), v.encode()) for k, v in given.items()]
        await self.send({"type": "http.response.start", "status": refused.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


async def _while_awaited(app: ASGIApp, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    """Run the app on a body that was read, until it is done or whoever asked has gone away."""
    gone = asyncio.Event()
    given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        if given:
            return given.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    tasks = [asyncio.ensure_future(app(scope, replay, send)), asyncio.ensure_future(watch())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0] in done:
            await tasks[0]
    finally:
        # The app is given up here where its reader left, or its time is over.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _bracketed(name: str) -> str:
    """An address as a Host header has it: an IPv6 address stands in brackets."""
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _type(headers: Headers) -> str:
    return headers.get("content-type", "").split(";")[0].strip().lower()
