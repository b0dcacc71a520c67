"""The API over a real wire, and requests to it."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bot.http.app import OPEN_PATHS, build_app
from bot.http.state import State
from bot.monitoring.metrics import Metrics
from bot.serving.guard import Access
from bot.settings import Settings
from index.store import Index
from tests.bot.serving.doors import OPEN, at_port, service_of

EVENTS = {"Accept": "text/event-stream"}


@contextmanager
def api(index: Index, **settings: Any) -> Iterator[str]:
    """The address of the API over a record."""
    metrics = Metrics(index.home)
    with service_of(index.home, index.embedder, **settings) as service:
        app = build_app(
            service, State(Settings(home=index.home), service, metrics), Access(OPEN, open_paths=OPEN_PATHS)
        )
        with at_port(app) as address:
            yield address


def request(
    url: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    try:
        connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    assert b"Traceback" not in read
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read


def post(url: str, path: str, body: Any, **headers: str) -> Any:
    status, _, read = request(url, "POST", path, body, **headers)
    assert status == 200, read
    return json.loads(read)


def events(read: bytes) -> list[tuple[str, Any]]:
    found = re.findall(r"(?m)^event: (\S+)\ndata: (.*)\n\n", read.decode())
    return [(name, json.loads(data)) for name, data in found]


def until(true: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
