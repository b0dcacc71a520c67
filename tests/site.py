"""A web site of the tests' own, on loopback: pages, redirects, slow and lying answers, what was asked."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore2


@dataclass
class Page:
    """What is answered at a path. `parts` are sent `pause` seconds apart; `cut` lies about the length."""

    body: bytes | str = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    parts: Callable[[], Iterator[bytes]] | None = None
    pause: float = 0.0
    cut: int = 0

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Asked:
    """A request as it came, and how it was answered."""

    path: str
    headers: Mapping[str, str]
    status: int
    sent: int
    at: float


class Site:
    """The pages by path (with query), and every request so far."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.connections = 0
        self.choose: Callable[[str], Page | None] = lambda _: None
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                with site._lock:
                    site.connections += 1
                self.request.settimeout(20)
                super().setup()

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hangs up is not worth a traceback."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def add(self, path: str, body: bytes | str = b"", **about: object) -> str:
        """Put a page at a path; returns its address."""
        self.pages[path] = Page(body, **about)  # type: ignore[arg-type]
        return self.url + path

    def redirect(self, path: str, to: str, status: int = 301) -> str:
        self.pages[path] = Page(status=status, headers={"Location": to})
        return self.url + path

    def count(self, path: str) -> int:
        return sum(one.path == path for one in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        missing = Page(b"Nothing here.", status=404)
        page = self.choose(handler.path) or self.pages.get(handler.path, missing)
        status, data = page.status, page.data
        same_tag = page.etag and handler.headers.get("If-None-Match") == page.etag
        same_time = page.modified and handler.headers.get("If-Modified-Since") == page.modified
        if same_tag or (same_time and not page.etag):
            status, data = 304, b""
        with self._lock:
            self.asked.append(
                Asked(handler.path, dict(handler.headers.items()), status, len(data), time.monotonic())
            )
        handler.send_response(status)
        for name, value in page.headers.items():
            handler.send_header(name, value)
        if page.etag:
            handler.send_header("ETag", page.etag)
        if page.modified:
            handler.send_header("Last-Modified", page.modified)
        if status != 304:
            handler.send_header("Content-Type", page.kind)
        if page.parts is None:
            handler.send_header("Content-Length", str(len(data) + page.cut))
        else:
            handler.send_header("Connection", "close")
        handler.end_headers()
        if page.parts is None:
            handler.wfile.write(data)
            handler.close_connection = handler.close_connection or bool(page.cut)
            return
        for part in page.parts():
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(page.pause)


@contextmanager
def running() -> Iterator[Site]:
    site = Site()
    try:
        yield site
    finally:
        site.close()


class Dialled(httpcore2.NetworkBackend):
    """Notes every address that is dialled, and connects to `sites` where they stand for one of them."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self.sites = sites
        self.dialled: list[str] = []
        self._real = httpcore2.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.dialled.append(host)
        site = self.sites.get(host)
        if site is None:
            raise httpcore2.ConnectError("nobody there")
        return self._real.connect_tcp("127.0.0.1", site.port, timeout, local_address, socket_options)


STORY = """<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>{title}</h1>{text}</article>
<footer>All rights reserved.</footer></body></html>"""


def story(title: str, *paragraphs: str, head: str = "") -> str:
    """A page with an article of these paragraphs."""
    return STORY.format(title=title, head=head, text="".join(f"<p>{one}</p>" for one in paragraphs))


FERRY = (
    "The ferry Lady Wrenna struck the north pier of Orrinmouth on Tuesday morning in thick fog.",
    "Fourteen people were injured, the harbour office said, and two were taken to hospital by helicopter.",
    "The pier will stay closed until engineers have looked at its foundations, which may take three weeks.",
)
