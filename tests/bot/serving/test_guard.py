"""What no route ever sees: strangers, forged names, pages of others, what is too large, slow or often."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from bot.serving.guard import CLIENT, Access, Guard
from bot.serving.limits import RateLimit
from bot.serving.settings import ServeSettings
from tests.bot.serving.doors import at_port

TOKEN = "correct-horse-battery-staple"
LIMITS = ServeSettings(
    hosts=("answers.example",), per_minute=30, request_bytes=2_000, send_seconds=0.4, request_seconds=0.6
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says who asked what, fails, dawdles, or answers without end, by its path."""
    if scope["type"] == "lifespan":
        return
    body = (await receive())["body"]
    if scope["path"] == "/fails":
        msg = "secret detail"
        raise ValueError(msg)
    if scope["path"] == "/dawdles":
        try:
            await asyncio.sleep(30)
        finally:
            LEFT.append(scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while scope["path"] == "/endless":
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
    said = json.dumps({"client": scope[CLIENT], "body": body.decode()}).encode()
    await send({"type": "http.response.body", "body": said})


LEFT: list[str] = []


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with at_port(Guard(app, Access(LIMITS, names=frozenset({"fd00::1"}))), LIMITS) as address:
        yield address


@pytest.fixture(scope="module")
def locked() -> Iterator[str]:
    """Where a token is needed, but for /open."""
    access = Access(LIMITS, frozenset({TOKEN}), frozenset({"/open"}))
    with at_port(Guard(app, access), LIMITS) as address:
        yield address


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """No test pays for what another one asked, but where rates are what is tested."""
    if "often" not in request.node.name:
        monkeypatch.setattr(RateLimit, "spend", lambda *_: None)


def ask(
    url: str, path: str = "/", body: bytes | None = b"{}", **headers: str
) -> tuple[int, dict[str, str], dict[str, Any]]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, {"Content-Type": "application/json", **named})
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    assert b"Traceback" not in read
    assert b"secret" not in read
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, json.loads(read)


def test_every_response_says_how_it_may_be_used(url: str) -> None:
    for path in ("/", "/fails"):
        _, headers, _ = ask(url, path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]
        assert "server" not in headers
        assert not any(name.startswith("access-control-") for name in headers)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "LOCALHOST:80", "[::1]:9", "[FD00::1]:80", "answers.example", "answers.example:443"]
)
def test_it_is_known_by_its_own_names(url: str, host: str) -> None:
    assert ask(url, Host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "answers.example.evil.example", "", "127.0.0.1.evil.example:80"]
)
def test_no_other_name_is_answered_whatever_it_resolves_to(url: str, host: str) -> None:
    status, _, body = ask(url, Host=host)
    assert status == 421
    assert "`hosts`" in body["error"]["message"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1.evil.example",
        "file://",
        "http://[::1",
        "",
    ],
)
def test_pages_of_other_sites_are_refused(url: str, origin: str) -> None:
    assert ask(url, Origin=origin)[0] == 403
    assert ask(url, body=None, Origin=origin)[0] == 403


def test_its_own_page_may_ask(url: str) -> None:
    assert ask(url, Origin=url)[0] == 200
    assert ask(url, Host="answers.example", Origin="https://answers.example")[0] == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_can_send_is_refused(url: str, kind: str) -> None:
    assert ask(url, Content_Type=kind)[0] == 415


def test_a_known_token_is_let_in_and_stands_for_its_bearer(locked: str) -> None:
    status, _, body = ask(locked, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert TOKEN not in body["client"]
    assert body["client"] != "127.0.0.1"
    assert ask(locked, "/open", None)[0] == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_no_other_token_is_let_in(locked: str, given: str) -> None:
    status, headers, body = ask(locked, Authorization=given)
    assert status == 401
    assert headers["www-authenticate"] == "Bearer"
    assert TOKEN not in body["error"]["message"]


def test_guessing_tokens_often_is_slowed_down(locked: str) -> None:
    statuses = [ask(locked, Authorization="Bearer wrong")[0] for _ in range(LIMITS.per_minute + 1)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_asking_too_often_is_told_with_when_to_come_back(url: str) -> None:
    for _ in range(LIMITS.per_minute):
        assert ask(url)[0] == 200
    status, headers, body = ask(url)
    assert status == 429
    assert 0 < int(headers["retry-after"]) <= 2
    assert "30 requests in a minute" in body["error"]["message"]


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(url: str) -> None:
    connection = raw(url)
    connection.sendall(head(**{"Content-Length": "10000000"}))
    assert b" 413 " in connection.recv(4096)
    connection.close()


def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(url: str) -> None:
    connection = raw(url)
    connection.sendall(head(**{"Transfer-Encoding": "chunked"}))
    chunk = b"400\r\n" + b"x" * 0x400 + b"\r\n"
    for _ in range(3):
        connection.sendall(chunk)
    assert b" 413 " in connection.recv(4096)
    connection.close()


def test_an_unforeseen_failure_has_a_number_and_no_traceback(url: str) -> None:
    status, headers, body = ask(url, "/fails")
    assert status == 500
    assert headers["x-request-id"] in body["error"]["message"]


def test_what_takes_too_long_is_given_up(url: str) -> None:
    LEFT.clear()
    status, _, body = ask(url, "/dawdles")
    assert status == 504
    assert "0.6 s (request_seconds)" in body["error"]["message"]
    assert LEFT == ["/dawdles"]


def test_the_work_for_who_goes_away_is_given_up_at_once(url: str) -> None:
    LEFT.clear()
    connection = raw(url)
    connection.sendall(head("/dawdles", **{"Content-Length": "2"}) + b"{}")
    time.sleep(0.1)
    connection.close()
    began = time.monotonic()
    while not LEFT:
        assert time.monotonic() - began < 0.4, "before its time is over"
        time.sleep(0.01)


@pytest.mark.parametrize("sent", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "])
def test_who_never_ends_a_header_is_cut_off(url: str, sent: bytes) -> None:
    connection = raw(url)
    connection.sendall(sent)
    # Drop by drop: a byte must not buy more time.
    assert ends(connection, drip=b"a" if sent else b"")


def test_who_never_ends_a_body_is_told_and_cut_off(url: str) -> None:
    connection = raw(url)
    connection.sendall(head(**{"Content-Length": "100"}) + b"{")
    assert b" 408 " in connection.recv(4096)
    assert ends(connection)


def test_who_never_reads_is_cut_off(url: str) -> None:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((urlsplit(url).hostname, urlsplit(url).port))
    connection.sendall(head("/endless", **{"Content-Length": "2"}) + b"{}")
    time.sleep(LIMITS.request_seconds + LIMITS.send_seconds * 2)
    # What was sent can be read, and then the connection has ended, whatever was left.
    assert ends(connection)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
        b"\r\n" * 50 + b"\x00" * 9,
    ],
)
def test_what_is_no_http_is_refused_and_nothing_ends(url: str, garbage: bytes) -> None:
    connection = raw(url)
    connection.sendall(garbage)
    assert ends(connection)
    assert ask(url)[0] == 200


def test_a_websocket_is_refused(url: str) -> None:
    status, _, _ = ask(url, body=None, Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13")
    assert status in (200, 400, 426)  # Answered as the request that it is; no socket is opened.


def raw(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), 10)


def head(path: str = "/", **headers: str) -> bytes:
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode()


def ends(connection: socket.socket, drip: bytes = b"") -> bool:
    """Whether the server ends a connection within a few seconds, while drops are sent."""
    connection.settimeout(0.1)
    end = time.monotonic() + 4
    with connection:
        while time.monotonic() < end:
            try:
                if drip:
                    connection.sendall(drip)
                if not connection.recv(1_000_000):
                    return True
            except TimeoutError:
                continue
            except OSError:
                return True
    return False
