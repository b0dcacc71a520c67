"""A proxy before a Chroma server: it has a hosted service's quotas, and is busy as often as it is told."""

import http.client
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.vectors.connection import Server

WRITES, RESULTS, PAGE = 300, 50, 40


@dataclass
class Limits:
    """What the proxy does, and what came through it."""

    busy_every: int = 0
    always_busy: bool = False
    asked: int = 0
    refused: list[str] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    headers: list[str | None] = field(default_factory=list)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, str] | None:
        """What is answered in the server's place: a status and a sentence; None lets the call through."""
        self.asked += 1
        if self.always_busy or (self.busy_every and self.asked % self.busy_every == 0):
            return 429, "Rate limited"
        if method != "POST" or not body:
            return None
        asked = json.loads(body)
        if path.endswith("/add"):
            if len(asked["ids"]) <= WRITES:
                self.written.append(len(asked["ids"]))
            return _over("Number of records", "Add", len(asked["ids"]), WRITES)
        if path.endswith("/query"):
            return _over("Number of results", "Query", asked["n_results"], RESULTS)
        if path.endswith("/get") and asked.get("limit"):
            return _over("Limit value", "Get", asked["limit"], PAGE)
        return None


def _over(what: str, action: str, wanted: int, most: int) -> tuple[int, str] | None:
    if wanted <= most:
        return None
    return 422, (
        f"Quota exceeded: '{what}' exceeded quota limit for action '{action}': current usage of {wanted} "
        f"exceeds limit of {most}"
    )


@contextmanager
def limited(behind: Server, limits: Limits, most: int) -> Iterator[Server]:
    """The proxy's address, as a server whose collections hold `most`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass()

        def do_POST(self) -> None:
            self._pass()

        def do_PUT(self) -> None:
            self._pass()

        def do_DELETE(self) -> None:
            self._pass()

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            limits.headers.append(self.headers.get("X-Chroma-Token"))
            instead = limits.answer(self.command, self.path.partition("?")[0], body)
            if instead is not None:
                limits.refused.append(instead[1])
                said = json.dumps({"error": "ChromaError", "message": instead[1]}).encode()
                self._say(instead[0], said)
                return
            connection = http.client.HTTPConnection(behind.host, behind.port, timeout=30)
            try:
                kind = {"Content-Type": "application/json"} if body else {}
                connection.request(self.command, self.path, body, kind)
                answer = connection.getresponse()
                self._say(answer.status, answer.read())
            finally:
                connection.close()

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{running.server_port}", {"X-Chroma-Token": "abc"}, most=most)
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
