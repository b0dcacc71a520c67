"""What benchmarks of the doors share: a request, and a share of what was measured."""

import http.client
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def post(url: str, path: str, body: Any, accept: str = "application/json") -> bytes:
    """What a server answers. Ends the program where it refuses."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    try:
        headers = {"Content-Type": "application/json", "Accept": accept}
        connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {read.decode()}")
    return read


def at(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def processor_seconds() -> float:
    """Processor time that this process and those that it started have taken so far (Linux)."""
    return sum(map(_of_threads, _with_children(os.getpid()))) / 1e9


def _of_threads(process: int) -> int:
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def _with_children(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    children = [int(one) for thread in threads for one in (thread / "children").read_text().split()]
    return [process, *(each for child in children for each in _with_children(child))]
