"""An OpenAI-compatible server on loopback that plays scripts: what models write, and how servers fail."""

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


@dataclass(frozen=True)
class Says:
    """A streamed reply, in pieces of `size` characters with `pause` seconds before each.

    With `resets`, the connection is reset where the text ends; with `hangs`, nothing follows it.
    """

    text: str
    size: int = 7
    pause: float = 0.0
    resets: bool = False
    hangs: bool = False
    counts: bool = True
    finish: str = "stop"


@dataclass(frozen=True)
class Fails:
    """A reply with a status; `body` instead of an error in OpenAI's form."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Hangs:
    """No reply at all, until the client goes away."""


Reply = Says | Fails | Hangs
Script = Callable[[dict[str, Any]], Reply]


class ModelServer:
    """What was asked, and how many clients went away before their reply had ended."""

    def __init__(self, script: Script) -> None:
        self.script = script
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
def model_server(script: Script | Reply, port: int = 0) -> Iterator[ModelServer]:
    """A server that answers each request by the script."""
    server = ModelServer(script if callable(script) else one_after_another(script))

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
        error = {"error": {"message": "scripted", "type": "scripted", "code": None}}
        data = (reply.body or json.dumps(error)).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _say(self, reply: Says) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self._event({"role": "assistant", "content": ""})
        for start in range(0, len(reply.text), reply.size):
            if reply.pause:
                self._look(reply.pause)
            self._event({"content": reply.text[start : start + reply.size]})
        if reply.resets:
            # With lingering off and nothing waited for, closing sends RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if reply.hangs:
            self._until_gone()
        self._event({}, finish=reply.finish)
        if reply.counts:
            used = {"prompt_tokens": 1000, "completion_tokens": len(reply.text) // 4}
            self._data({"choices": [], "usage": {**used, "total_tokens": sum(used.values())}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
        self._data({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
        self.played.sent += len(delta.get("content", ""))

    def _data(self, about: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **about}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
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
