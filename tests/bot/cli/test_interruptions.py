"""What ends the program from outside: signals, and output that nobody reads."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalog.sqlite.catalog import FILE
from index.store import Index
from tests.bot.cli.conftest import ONRECORD
from tests.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "many.jsonl"
    file.write_text(
        "\n".join(json.dumps({"id": f"a{n}", "text": f"Account {n} of it. " * 30}) for n in range(400))
    )
    yield file


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(many: Path, home: Path, number: int) -> None:
    process = subprocess.Popen(
        [ONRECORD, "ingest", str(many)],
        env={**os.environ, "ONRECORD_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not _embedded(home):
        time.sleep(0.1)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopping; what is done so far is kept" in err
    assert out.startswith("Interrupted; kept: ")
    kept = int(out.split()[2])
    with Index(home) as index:
        assert index.verify() == []
        with index.catalog.read() as snapshot:
            assert 0 < snapshot.count()[0] == kept < 400


def _embedded(home: Path) -> bool:
    if not (home / FILE).is_file():
        return False
    with Index(home) as index, index.catalog.read() as snapshot:
        return bool(snapshot.db.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def test_output_that_nobody_reads_any_more_is_no_error(onrecord: Run, articles: Path, home: Path) -> None:
    onrecord("ingest", articles)
    process = subprocess.Popen(
        [ONRECORD, "articles", "list"],
        env={**os.environ, "ONRECORD_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(30) == 1


def test_a_current_folder_that_may_not_be_looked_into_is_left(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when root runs a command as the service's user: libraries look for files there, and would fail."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert onrecord("status").code == 0
    assert Path.cwd() == Path("/")
