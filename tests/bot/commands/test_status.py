"""The state of a record that is being refreshed."""

import os
from pathlib import Path

import pytest

from index.store import Index
from tests.conftest import Run, article, put


def test_a_file_that_a_refresh_takes_away_meanwhile_counts_nothing(
    index: Index, home: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, article("a", "The canary sang."))
    (home / "passing").touch()
    (home / "gone").symlink_to(home / "nowhere")
    seen: list[Path] = []
    stat = Path.stat

    def once(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.name == "passing":
            seen.append(path)
        if len(seen) > 1 and path.name == "passing":
            raise FileNotFoundError
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", once)
    ended = onrecord("status", "--json")
    assert (ended.code, ended.json["record"]["articles"]) == (0, 1)
