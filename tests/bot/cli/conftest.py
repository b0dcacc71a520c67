"""Two articles, and the program as it was installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Ended

# The program as it was installed.
ONRECORD = str(Path(sys.executable).with_name("onrecord"))
FERRY = "14 people were injured when the ferry struck the north pier on 3 March."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.md").write_text(
        "---\ntitle: Ferry strikes pier\nsource: Northshore Wire\npublished: 2026-03-03\n"
        f"url: https://northshore.example/ferry\n---\n{FERRY} Nobody was killed.\n"
    )
    (folder / "price.md").write_text(
        "---\ntitle: Plans and prices\nsource: Plannock Help\n---\n"
        "The Team plan costs €6 per member per month.\n"
    )
    return folder


def one_sentence(ended: Ended) -> str:
    """What was said on stderr, which must be one line."""
    lines = [line for line in ended.err.splitlines() if line.strip()]
    assert len(lines) == 1, ended.err
    return lines[0]


def spawn(arguments: list[str], home: Path, **options: object) -> Ended:
    """The installed program as a process of its own."""
    ended = subprocess.run(
        [ONRECORD, *arguments],
        env={**os.environ, "ONRECORD_HOME": str(home)},
        capture_output=True, text=True, timeout=120, check=False, **options,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)
