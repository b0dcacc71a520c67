"""The child process that reads documents: one for many documents, replaced when it fails."""

import atexit
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from threading import RLock
from time import monotonic
from typing import Any

from index.errors import DocumentError
from index.types import Article, Page, Status
from ingest.documents import Document, Failure, Notice, Reading
from ingest.sandbox.child import MEMORY, SECONDS

MAX_OUTPUT = 64_000_000
"""The most bytes that one article may come to."""
_BLOCK = 1 << 20


class Sandbox:
    """Reads documents in a child process. For one thread at a time; others wait."""

    def __init__(self, seconds: float = SECONDS, max_output: int = MAX_OUTPUT) -> None:
        """`seconds` is the most that may pass between two articles of a document, or two stretches of it."""
        self._seconds = seconds
        self._max_output = max_output
        self._child: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._lock = RLock()

    def extract(self, document: Document) -> Iterator[Article | Failure | Notice | Reading]:
        """The articles of a document; what cannot become one comes as a Failure, and harms no other."""
        asked = {
            "task": "extract", "origin": document.origin, "root": document.root,
            "format": document.format.name,
            "max_bytes": document.max_bytes, "link": document.link, "charset": document.charset,
            "stated": dict(document.stated),
        }  # fmt: skip
        try:
            for answer in self.ask(asked, document.content):
                if "failure" in answer:
                    yield Failure(**answer["failure"])
                elif "notice" in answer:
                    yield Notice(**answer["notice"])
                elif "reading" in answer:
                    yield Reading(**answer["reading"])
                else:
                    yield _article(answer["article"])
        except DocumentError as error:
            yield Failure(document.origin, str(error))

    def walled(self, page: bytes) -> bool:
        """Whether a page says of itself that it is not free; False where that cannot be told."""
        try:
            return any(answer["walled"] for answer in self.ask({"task": "walled"}, page))
        except DocumentError:
            return False

    def ask(self, asked: dict[str, Any], body: bytes | None) -> Iterator[dict[str, Any]]:
        """What the child finds. DocumentError where it takes too much of anything, or breaks."""
        with self._lock:
            child = self._started()
            finished = False
            try:
                size = -1 if body is None else len(body)
                self._send(child, json.dumps({**asked, "size": size}).encode() + b"\n", body or b"")
                while True:
                    answer = self._answer(child)
                    if said := answer.get("error"):
                        raise DocumentError(_TOO_MUCH if said == "memory" else said)
                    if answer.get("end"):
                        finished = not answer["last"]
                        return
                    yield answer
            finally:
                # Also when the one who asked stops listening: the rest would be taken for the next answer.
                if not finished:
                    self.close()

    def close(self) -> None:
        """End the child; the next document gets a new one."""
        with self._lock:
            child, self._child, self._rest = self._child, None, b""
            if child is None:
                return
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        continue

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                # -P: a file in the current folder is no module. Its own session: Ctrl-C is ours.
                [sys.executable, "-P", "-m", "ingest.sandbox.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._child

    def _send(self, child: subprocess.Popen[bytes], *parts: bytes) -> None:
        try:
            if child.stdin is not None:
                for part in parts:
                    child.stdin.write(part)
                child.stdin.flush()
        except OSError as error:
            raise DocumentError(_BROKE) from error

    def _answer(self, child: subprocess.Popen[bytes]) -> dict[str, Any]:
        """The next line that the child writes."""
        deadline = monotonic() + self._seconds
        parts = [self._rest]
        held = len(self._rest)
        while b"\n" not in parts[-1]:
            block = self._block(child, deadline)
            parts.append(block)
            held += len(block)
            if held > self._max_output:
                msg = f"it comes to more than {self._max_output // 1_000_000} MB of text; split it"
                raise DocumentError(msg)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _block(self, child: subprocess.Popen[bytes], deadline: float) -> bytes:
        out = child.stdout
        if out is None:
            raise DocumentError(_BROKE)
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            if not ready.select(max(0.0, deadline - monotonic())):
                msg = f"it takes longer than {self._seconds:.0f} s to read; save its text and name that file"
                raise DocumentError(msg)
        block = os.read(out.fileno(), _BLOCK)
        if not block:
            # A system may end a process that takes too much memory without asking it.
            raise DocumentError(_BROKE)
        return block


def shared_sandbox() -> Sandbox:
    """The sandbox that this process shares."""
    return _SHARED


_SHARED = Sandbox()
atexit.register(_SHARED.close)

_TOO_MUCH = f"it needs more than {MEMORY // 1024 // 1024} MB of memory to be read; split it, or save its text"
_BROKE = "it breaks the program that reads it; save its text and name that file"


def _article(fields: dict[str, Any]) -> Article:
    made = {
        "authors": tuple(fields["authors"]),
        "status": Status(fields["status"]),
        "pages": tuple(Page(**page) for page in fields["pages"]),
    }
    return Article(**{**fields, **made})
