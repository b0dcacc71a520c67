"""Whole processes, from nothing to their end: what they take."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from bot.commands.exit_codes import DONE, NOT_ON_RECORD

_PROGRAM = str(Path(sys.executable).with_name("onrecord"))
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of a process, the most bytes of memory that it and its children held, and its output."""

    seconds: float
    peak: int
    said: str


def onrecord(arguments: Sequence[str], record: Path) -> Run:
    """Run the command line as a user would."""
    return run([_PROGRAM, *arguments], {"ONRECORD_HOME": str(record)})


def python(program: str) -> Run:
    """Run a program of Python's."""
    return run([sys.executable, "-c", program])


def run(command: Sequence[str], variables: dict[str, str] | None = None) -> Run:
    """Run a command; ends this program with what was said where it fails."""
    environment = {**os.environ, **(variables or {})}
    with (
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as errors,
        ThreadPoolExecutor(1) as thread,
    ):
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=errors
        )
        watched = thread.submit(_most_held, process.pid, ended := Event())
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors.seek(0)
        if process.returncode not in (DONE, NOT_ON_RECORD):
            sys.exit(f"{' '.join(command)} failed: {errors.read().decode(errors='replace')[-2000:]}")
        return Run(seconds, max(watched.result(), _bytes(used)), said.read().decode())


def _most_held(process: int, ended: Event) -> int:
    most = 0
    while not ended.wait(_LOOK):
        most = max(most, _held(process))
    return most


def _held(process: int) -> int:
    """Resident bytes of a process and its descendants just now, shared ones counted each time (Linux)."""
    held = 0
    waiting = [process]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        try:
            held += int((one / "statm").read_text().split()[1]) * resource.getpagesize()
            waiting += [
                int(c) for task in (one / "task").iterdir() for c in (task / "children").read_text().split()
            ]
        except OSError:
            continue  # It has ended, or there is no /proc: the kernel's own figure counts then.
    return held


def _bytes(used: resource.struct_rusage) -> int:
    """The peak that the kernel kept, of the process alone."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
