"""`onrecord ingest --engine ray` on a Ray of this machine. It is skipped where Ray is not installed.

Ray is no part of what development installs (200 MB), and gives up where a busy machine does not start it
within 15 seconds: `python -m pip install 'onrecord[ray]'`, then `make test T=tests/ingest/engines`.
"""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.store import Index
from tests.conftest import Run
from tests.ingest.engines.test_workers_engine import folder, stored

__all__ = ["folder"]

pytestmark = pytest.mark.slow
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
ROOT = Path(__file__).parents[3]


def begun(folder: Path, home: Path, *given: str) -> subprocess.Popen[str]:
    """The command in a process of its own: Ray starts others, and leaves threads behind."""
    program = Path(sys.executable).with_name("onrecord")
    command = [program, "ingest", folder, "--home", home, "--json", *given]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def children_named(name: str) -> list[int]:
    """Processes whose command line begins so."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(name.encode()):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@needs_ray
def test_ray_gives_the_same_record_and_nothing_stays_behind(folder: Path, tmp_path: Path) -> None:
    ended = {}
    for name, given in {"plain": (), "ray": ("--engine", "ray", "--workers", "2")}.items():
        process = begun(folder, tmp_path / name, *given)
        out, err = process.communicate(timeout=200)
        ended[name] = {**json.loads(out), "seconds": 0}
        # Failures of documents, and no word of Ray's.
        assert (process.returncode, [line for line in err.splitlines() if line[0] != "{"]) == (1, []), err
    assert ended["ray"] == ended["plain"]
    with Index(tmp_path / "plain") as plain, Index(tmp_path / "ray") as by_ray:
        assert stored(by_ray) == stored(plain)
    assert not list(Path("/tmp").glob("onrecord-ray-*"))


@needs_ray
def test_a_worker_that_is_killed_is_begun_anew(folder: Path, tmp_path: Path) -> None:
    process = begun(folder, tmp_path / "ray", "--engine", "ray", "--workers", "1")
    until = time.monotonic() + 120
    while not (found := children_named("ray::Worker")) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    out, err = process.communicate(timeout=200)
    assert out.startswith("{"), (out, err)
    assert json.loads(out)["new"] == 37, (out, err)


@needs_ray
def test_a_cluster_that_is_not_there_is_told(folder: Path, onrecord: Run) -> None:
    for address, said in {
        "127.0.0.1:1": "No Ray cluster answers at 127.0.0.1:1 (Connection refused); check the address",
        "nowhere": "it must be HOST:PORT",
    }.items():
        ended = onrecord("ingest", folder, "--engine", "ray", "--address", address)
        assert (ended.code, said in ended.err) == (1, True), ended.err


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_ray_that_is_not_installed_is_told(folder: Path, onrecord: Run) -> None:
    ended = onrecord("ingest", folder, "--engine", "ray")
    assert (ended.code, "python -m pip install 'onrecord[ray]'" in ended.err) == (2, True)


def test_what_only_ray_has_is_not_taken_without_it(folder: Path, onrecord: Run) -> None:
    ended = onrecord("ingest", folder, "--workers", 2)
    assert (ended.code, "are for --engine ray" in ended.err) == (2, True)
