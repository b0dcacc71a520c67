"""What tests of ingestion share."""

from pathlib import Path

import pytest

from tests.ingest.runs import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder / "ferry.md", "The ferry struck the pier.")
    write(folder / "bridge.md", "The bridge will cost two million.")
    return folder
