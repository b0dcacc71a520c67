"""A model's server on loopback that plays scripts: what models write, and how servers fail.

It speaks OpenAI's API, which many servers do, or another one of `tests.bot.model_wires`.
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.bot.model_wires import Counted, OpenAI, Wire, as_sent


@dataclass(frozen=True)
class Says:
    """A streamed reply, in pieces of `size` characters with `pause` seconds before each.

    With `resets`, the connection is reset where the text ends; with `hangs`, nothing follows it. The server
    says that it stopped for `finish` ("" where all was said) and that it `read` so many tokens.
    """

    text: str
    size: int = 7
    pause: float = 0.0
    resets: bool = False
    hangs: bool = False
    counts: bool = True
    finish: str = ""
    read: int = 1000


@dataclass(frozen=True)
class Fails:
    """A reply with a status; `body` instead of an error in the provider's form."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    message: str = "scripted"


@dataclass(frozen=True)
class Hangs:
    """No reply at all, until the client goes away."""


Reply = Says | Fails | Hangs
Script = Callable[[dict[str, Any]], Reply]


class ModelServer:
    """What was asked, and how many clients went away before their reply had ended."""

    def __init__(self, script: Script, wire: Wire) -> None:
        self.script = script
        self.wire = wire
        self.asked: list[dict[str, Any]] = []
        self.sent = 0
        self.left = threading.Event()
        self.stopping = threading.Event()
        self.url = ""

    @property
    def prompts(self) -> list[str]:
        return ["\n".join(message["content"] for message in body["messages"]) for body in self.asked]


def one_after_another(*replies: Reply) -> Script:
    """Each reply once, and the last one ever after."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def model_server(script: Script | Reply, port: int = 0, wire: Wire | None = None) -> Iterator[ModelServer]:
    """A server that answers each request by the script; its `url` is for clients of OpenAI's API."""
    server = ModelServer(script if callable(script) else one_after_another(script), wire or OpenAI())

    class Handler(_Handler):
        played = server

    http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    played: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.played.asked.append(body)
        reply = self.played.script(body)
        self.close_connection = True
        try:
            if isinstance(reply, Fails):
                self._fail(reply)
            elif isinstance(reply, Hangs):
                self._until_gone()
            else:
                self._say(reply)
        except OSError:
            self.played.left.set()

    def _fail(self, reply: Fails) -> None:
        error = self.played.wire.error(reply.status, reply.message)
        data = (reply.body or json.dumps(error)).encode()
        self.send_response(reply.status)
        # Else the client keeps a connection that nobody reads from any more.
        always = {"Content-Type": "application/json", "Connection": "close"}
        for name, value in {**always, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _say(self, reply: Says) -> None:
        self.send_response(200)
        wire = self.played.wire
        self.send_header("Content-Type", wire.content_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self._events(*wire.begin())
        for start in range(0, len(reply.text), reply.size):
            if reply.pause:
                self._look(reply.pause)
            self._events(wire.piece(reply.text[start : start + reply.size]))
            self.played.sent += len(reply.text[start : start + reply.size])
        if reply.resets:
            # With lingering off and nothing waited for, closing sends RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if reply.hangs:
            self._until_gone()
        counted = Counted(reply.read, len(reply.text) // 4) if reply.counts else None
        self._events(*wire.end(reply.finish or wire.finished, counted))
        if isinstance(wire, OpenAI):
            self.wfile.write(b"data: [DONE]\n\n")

    def _events(self, *events: dict[str, Any]) -> None:
        for event in events:
            self.wfile.write(as_sent(self.played.wire, event))
            self.wfile.flush()

    def _until_gone(self) -> None:
        while True:
            self._look(0.02)

    def _look(self, seconds: float) -> None:
        """Wait, and raise where the client goes away."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.01)
        while time.monotonic() < until:
            if self.played.stopping.is_set():
                raise OSError
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    raise OSError
        self.connection.settimeout(None)


def passages_in(body: dict[str, Any]) -> list[str]:
    """The texts of the passages in a request's prompt, in order, without the numbers of their sentences."""
    parts = [part.split(">>\n", 1) for part in body["messages"][-1]["content"].split("<<")]
    found = [part[1].strip() for part in parts if len(part) == 2 and re.match(r"passage \d+ \w+:", part[0])]
    return [" ".join(re.sub(r"(?m)^\[\d+\.\d+\] ", "", text).split("\n")) for text in found]
