"""What a health check says, and one bot a record."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.operations import record_checks
from bot.operations.single_instance import single_instance
from index.errors import RecordBusy, RecordUnreadable
from index.store import Index
from tests.conftest import Run, article, put

pytestmark = pytest.mark.slow


@contextmanager
def bot(status: int, body: bytes) -> Iterator[str]:
    """A health port that says `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/health"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_record_that_works_is_well(index: Index, onrecord: Run) -> None:
    put(index, article("a", "The canary sang."))
    ended = onrecord("health", "--json")
    assert (ended.code, [check["well"] for check in ended.json["checks"]]) == (0, [True, True])
    assert "1 article," in onrecord("health").out


def test_no_record_yet_is_no_illness(onrecord: Run) -> None:
    ended = onrecord("health")
    assert (ended.code, "none yet" in ended.out) == (0, True)


def test_a_volume_that_cannot_be_written_is_told(
    index: Index, home: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        # Root may write anywhere, so the refusal of a read-only volume is put in its way.
        def refuse(**_: object) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(record_checks.tempfile, "TemporaryFile", refuse)
    else:
        home.chmod(0o500)
    ended = onrecord("health")
    home.chmod(0o700)
    assert ended.code == 1
    assert "cannot be written" in ended.err
    assert "mount it writable" in ended.err


def test_a_record_of_a_newer_version_is_told(index: Index, home: Path, onrecord: Run) -> None:
    with index.catalog.write() as change:
        change.db.execute("PRAGMA user_version = 999")
    ended = onrecord("health")
    assert (ended.code, "upgrade On Record" in ended.err) == (1, True)


def test_the_bot_is_asked_as_well(index: Index, onrecord: Run) -> None:
    with bot(200, b"connected") as address:
        ended = onrecord("health", "--bot", address)
        assert (ended.code, "bot: connected" in ended.out) == (0, True)
    gone = onrecord("health", "--bot", address)
    assert (gone.code, "No bot answers at" in gone.err) == (1, True)
    with bot(503, b"Slack has not been reached for 80 seconds.") as address:
        ill = onrecord("health", "--bot", address)
        assert (ill.code, "not been reached for 80 seconds" in ill.err) == (1, True)


@pytest.mark.parametrize("address", ["127.0.0.1:80", "https://x", "file:///etc/passwd"])
def test_a_wrong_address_is_told(address: str, onrecord: Run) -> None:
    assert "not the address of a bot's health port" in onrecord("health", "--bot", address).err


def test_a_second_bot_on_one_record_is_refused_and_told_where_the_first_is(home: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from bot.operations.single_instance import single_instance
with single_instance(Path({str(home)!r})):
    print("in", flush=True)
    sys.stdin.read()
"""
    first = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdin is not None and first.stdout is not None
    with first:
        assert first.stdout.readline() == "in\n"
        with (
            pytest.raises(RecordBusy, match=f"Another bot .*process {first.pid} on "),
            single_instance(home, 0),
        ):
            pass
        first.kill()
    with single_instance(home, 0):
        assert (home / "bot.who").is_file()
    assert not (home / "bot.who").exists()


def test_a_folder_that_cannot_hold_the_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RecordUnreadable, match="cannot be written"),
        single_instance(tmp_path / "file" / "home", 0),
    ):
        pass


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:port/", "http://127.0.0.1:99999/", "http://[::1", "http://ü/"]
)
def test_what_is_no_address_of_a_bot_is_told(address: str, onrecord: Run) -> None:
    ended = onrecord("health", "--bot", address)
    assert ended.code == 1
    assert "is not the address of a bot's health port" in ended.err
