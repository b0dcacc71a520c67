"""The demonstration: what a newcomer sees first, checked line by line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ONRECORD = str(Path(sys.executable).with_name("onrecord"))
PROGRESS = re.compile(r"\d+ articles, \d+ chunks embedded, (starting|nearly done|about \d+ (s|min) left)")


def demo(home: Path) -> str:
    ended = subprocess.run(
        [ONRECORD, "demo", "--home", str(home)],
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    # A slow machine is told how far the ingest is; nothing else may be said here.
    assert [line for line in ended.stderr.splitlines() if not PROGRESS.fullmatch(line)] == []
    return ended.stdout


def test_the_demo_answers_shows_both_accounts_gives_the_day_and_admits_what_is_not_there(home: Path) -> None:
    first = demo(home)
    assert "21 new, 0 changed, 0 unchanged, 0 removed, 0 failed" in first
    answered, differently, dated, silent = first.split('onrecord ask "')[1:5]
    assert "The Quillmark Dispatch, 5 May 2025: " in answered
    assert "as a matter of sovereignty" in answered
    assert "Northshore Wire, 3 March 2026: 14 people were injured" in differently
    assert "The Vessary Ledger, 4 March 2026: 17 people were injured" in differently
    assert "began service on 30 March" in dated
    assert silent.split("\n")[1].startswith("Not on record:")
    assert "[1]" not in silent.split("Now your own")[0]
    # What is printed last can be typed as it stands, also where the program is not on the path.
    for line in (f"--home {home.name} chat", 'ask "your question"', "--help"):
        assert f"$ {ONRECORD} {line}\n" in first

    second = demo(home)
    assert "0 new, 0 changed, 21 unchanged, 0 removed, 0 failed; 0 chunks embedded" in second
    assert second.split("onrecord ask", 1)[1] == first.split("onrecord ask", 1)[1]
