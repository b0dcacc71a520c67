"""The files that `onrecord init` writes: what stands in them is true, and nothing of one's own is lost."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.commands.init import InitChoices, settings_file, sources_file
from bot.settings import SETTINGS, Settings, load_settings
from bot.slack.settings import BOT_SETTINGS
from ingest.options import Options
from ingest.sources.sources_toml import OPTIONS, read_sources
from tests.conftest import Run

_COMMENTED = re.compile(r"(?m)^# (?=[a-z_]+ = )")


def test_every_setting_is_in_the_file_and_taking_all_marks_away_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = settings_file(InitChoices(slack=True))
    assert tomllib.loads(text) == {"slack": {}}
    file = tmp_path / "onrecord.toml"
    file.write_text(_COMMENTED.sub("", text), encoding="utf-8")
    assert set(tomllib.loads(file.read_text())) == {*SETTINGS, "slack"}
    for name in [*SETTINGS, *BOT_SETTINGS]:
        assert re.search(rf"(?m)^# {name}( =|:)", text), name
    settings = load_settings({"ONRECORD_CONFIG": str(file)})
    assert settings == load_settings({}) == Settings(home=settings.home)


@pytest.mark.parametrize("first", ["https://herald.example/feed", "articles"])
def test_what_is_to_be_read_first_is_the_first_source(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (file := tmp_path / "sources.toml").write_text(sources_file(first, tmp_path), encoding="utf-8")
    (source,) = read_sources(file, Options())
    named = [link.url for link in source.links] or list(source.paths)
    assert named == [first if "://" in first else str(tmp_path / first)]
    for name in OPTIONS:
        assert re.search(rf"(?m)^#? ?{name}( =|:)", file.read_text()), name


def test_files_that_are_there_stay_as_they_are(onrecord: Run, tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text("threshold = 0.4\n")
    ended = onrecord("init", "--slack", "--record", "here")
    assert ended.code == 0
    assert ended.out.startswith("onrecord.toml is there already, and stays as it is.\nWrote sources.toml.\n")
    assert (tmp_path / "onrecord.toml").read_text() == "threshold = 0.4\n"
    assert "oauth_config:" in (tmp_path / "slack-manifest.yaml").read_text()
    assert "names no sources" in onrecord("ingest").err


def test_a_record_named_by_a_path_is_meant_from_where_it_was_typed(onrecord: Run, tmp_path: Path) -> None:
    assert onrecord("init", "there", "--record", "here").code == 0
    assert tomllib.loads((tmp_path / "there" / "onrecord.toml").read_text())["home"] == str(tmp_path / "here")


def test_what_cannot_be_read_first_is_refused_and_nothing_written(onrecord: Run, tmp_path: Path) -> None:
    for first, said in (
        ("nowhere", "nowhere does not exist"),
        ("http://u:p@a.example/", "cannot be a source"),
    ):
        ended = onrecord("init", "--source", first)
        assert (ended.code, said in ended.err) == (2, True)
    assert list(tmp_path.glob("*.toml")) == []
