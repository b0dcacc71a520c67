"""The program from its first moment: real processes, interrupted while they load."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.store import Index
from tests.conftest import WordEmbedder, article, put

pytestmark = pytest.mark.slow

ONRECORD = str(Path(sys.executable).with_name("onrecord"))
_PROC = Path("/proc/self/status")


def _listens(process: "subprocess.Popen[str]") -> bool:
    """Whether the process has said what is to happen at SIGALRM: Python itself never does."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("SigCgt"):
            return bool(int(line.split()[1], 16) >> (signal.SIGALRM - 1) & 1)
    return False


@pytest.mark.skipif(not _PROC.exists(), reason="needs /proc to see when the program listens")
@pytest.mark.parametrize("milliseconds", [0, 30, 150, 600])
def test_ctrl_c_ends_the_program_without_a_word_whatever_is_being_loaded(
    milliseconds: int, tmp_path: Path
) -> None:

    Index.create(tmp_path)
    with subprocess.Popen(
        [ONRECORD, "ask", "--batch", "-"],
        env={**os.environ, "ONRECORD_HOME": str(tmp_path)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 30
        while not _listens(process) and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


_INTERRUPTED_IMPORT = """
import os, sys

class Finder:
    sought = None

    def find_spec(self, name, *_):
        if self.sought is not None:
            self.sought += 1
            if self.sought == NTH:
                sys.meta_path.remove(self)
                os.kill(os.getpid(), 2)
        elif name == "bot.cli.entry":
            self.sought = 0

NTH = int(sys.argv.pop())
sys.meta_path.insert(0, Finder())
from bot.cli.entry import main
main()
"""


@pytest.mark.parametrize("nth", [1, 3, 50])
def test_ctrl_c_during_the_first_import_of_the_program_prints_no_traceback(nth: int) -> None:
    command = [sys.executable, "-c", _INTERRUPTED_IMPORT, "status", str(nth)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (130, "")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    Index.create(tmp_path / "record")
    with Index(tmp_path / "record", WordEmbedder()) as index:
        put(index, article("müller", "Petra Müller said “no” — twice."))
    return tmp_path / "record"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["articles list", "articles show müller", "status --json"])
def test_output_that_cannot_be_written_is_told_in_a_sentence(command: str, record: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [ONRECORD, "--home", str(record), *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        "The output could not be written: No space left on device.\n",
    )


def test_a_terminal_that_is_not_utf8_gets_what_it_can_show_and_programs_get_all_of_it(record: Path) -> None:
    command = [ONRECORD, "--home", str(record), "articles", "show", "müller"]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    shown = subprocess.run(command, env=env, capture_output=True, check=True)
    assert "Petra Müller said ?no? ? twice." in shown.stdout.decode("latin-1")
    as_json = subprocess.run([*command, "--json"], env=env, capture_output=True, check=True)
    assert json.loads(as_json.stdout.decode("ascii"))["text"] == "Petra Müller said “no” — twice."


def test_closed_output_is_no_error(record: Path) -> None:
    line = f"exec {shlex.quote(ONRECORD)} --home {shlex.quote(str(record))} articles list >&-"
    ended = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "said"),
    [("ask -", "The question is empty"), ("ingest -", "nothing came through standard input")],
)
def test_closed_input_is_an_empty_one(command: str, said: str, record: Path) -> None:
    line = f"exec {shlex.quote(ONRECORD)} --home {shlex.quote(str(record))} {command} <&-"
    ended = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(said)
