"""Nothing that is asked of a record on this machine asks anything of another one."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run

_CALLS = ("socket.connect", "socket.getaddrinfo", "socket.sendto")
_seen: list[str] | None = None


def _notice(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is not None and event in _CALLS:
        _seen.append(f"{event} {arguments[-1]!r}")


@pytest.fixture(scope="module", autouse=True)
def hook() -> None:
    """Python's audit hooks see every connection, and cannot be taken away again."""
    sys.addaudithook(_notice)


@pytest.fixture
def seen() -> Iterator[list[str]]:
    """What is asked of a network while a test runs."""
    global _seen
    _seen = []
    yield _seen
    _seen = None


def test_a_connection_would_be_seen(seen: list[str]) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    assert any(one.startswith("socket.connect") for one in seen)


def test_ingesting_searching_asking_and_looking_after_a_record_asks_no_network(
    onrecord: Run, tmp_path: Path, seen: list[str]
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.md").write_text("# Ferry\n\n14 people were injured when the ferry struck the pier.\n")
    backup = tmp_path / "backup"
    for command in (
        ("ingest", folder), ("ask", "How many people were injured?"), ("search", "ferry"), ("status",),
        ("timeline", "ferry"), ("verify",), ("rebuild",), ("backup", backup), ("articles", "list"),
    ):  # fmt: skip
        assert onrecord(*command).code in (0, 3), command
    assert backup.stat().st_size
    assert seen == []
