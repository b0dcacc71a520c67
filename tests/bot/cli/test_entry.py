"""The program from its first moment: real processes, interrupted while they load."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
    from index.store import Index

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
