"""The demonstration: what a newcomer sees first, checked line by line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

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
    assert "21 new; 29 chunks embedded" in first
    answered, differently, dated, silent = first.split(f'{ONRECORD} --home {home.name} ask "')[1:5]
    assert "The Quillmark Dispatch, 5 May 2025: " in answered
    assert "as a matter of sovereignty" in answered
    assert "Northshore Wire, 3 March 2026: 14 people were injured" in differently
    assert "The Vessary Ledger, 4 March 2026: 17 people were injured" in differently
    assert "began service on 30 March" in dated
    assert silent.split("\n")[1].startswith("Not on record:")
    assert "[1]" not in silent.split("Now your own")[0]
    # What is printed last can be typed as it stands, also where the program is not on the path.
    asks = f'--home {home.name} ask "Who operates the ferry?"'
    for line in (asks, f"--home {home.name} chat", 'ask "your question"', "--help"):
        assert f"$ {ONRECORD} {line}\n" in first

    own = next(line for line in re.findall(r"(?m)^\$ (.*)$", first) if "Who operates" in line)
    ended = subprocess.run(own, shell=True, cwd=home.parent, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Corvane Ferries" in ended.stdout

    second = demo(home)
    assert "21 unchanged." in second
    assert second.split(" ask ", 1)[1] == first.split(" ask ", 1)[1]


def test_samples_are_not_mixed_into_a_record_of_other_articles(
    onrecord: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text("It sank on Monday.")
    onrecord("ingest", "ferry.txt")
    for named in (("demo", "--home", home), ("--home", home, "demo")):
        ended = onrecord(*named)
        assert (ended.code, ended.out) == (2, "")
        assert "holds 1 article of your own; samples are invented, so leave out --home" in ended.err
    assert len(onrecord("articles", "list", "--json").json["articles"]) == 1
