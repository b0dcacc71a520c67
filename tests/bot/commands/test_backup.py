"""Backing up and restoring as people do it."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.demo import SAMPLES
from index.embedding.embedder import SentenceTransformerEmbedder
from index.store import Index
from ingest import pipeline
from ingest.sources.files import find
from tests.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, model: SentenceTransformerEmbedder) -> Path:
    """A record of the samples, made once."""
    home = tmp_path_factory.mktemp("samples") / "record"
    Index.create(home)
    with Index(home, model) as index:
        pipeline.ingest(index, list(find([str(SAMPLES)])))
    return home


@pytest.fixture
def backed_up(onrecord: Run, samples: Path, home: Path, tmp_path: Path) -> Path:
    shutil.copytree(samples, home)
    assert onrecord("backup", tmp_path / "record.backup").code == 0
    return tmp_path / "record.backup"


def test_a_restored_record_answers_as_the_one_that_was_backed_up(
    onrecord: Run, backed_up: Path, tmp_path: Path
) -> None:
    question = ("ask", "When did the replacement ferry begin service?", "--json")
    before = onrecord(*question).json
    restored = onrecord("restore", backed_up, "--home", tmp_path / "there", "--json")
    assert (restored.code, restored.json["articles"]) == (0, before and 21)
    after = onrecord(*question, "--home", tmp_path / "there").json
    assert {**after, "timings": 0} == {**before, "timings": 0}
    assert onrecord("verify", "--home", tmp_path / "there").code == 0
    assert onrecord("ingest", SAMPLES, "--home", tmp_path / "there", "--json").json["embedded"] == 0


def test_a_backup_is_for_its_owner_only(backed_up: Path) -> None:
    assert stat.S_IMODE(backed_up.stat().st_mode) == 0o600


def test_a_backup_goes_through_a_pipe(backed_up: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from bot.cli.app import main; main()"]
    home = {**os.environ, "ONRECORD_HOME": str(tmp_path / "record")}
    written = subprocess.run([*program, "backup", "-"], env=home, capture_output=True, check=True)
    there = {**os.environ, "ONRECORD_HOME": str(tmp_path / "there")}
    read = subprocess.run([*program, "restore", "-"], env=there, input=written.stdout, capture_output=True)
    assert read.returncode == 0
    assert b"21 articles" in read.stdout


def test_neither_overwrites_anything(onrecord: Run, backed_up: Path) -> None:
    before = backed_up.read_bytes()
    again = onrecord("backup", backed_up)
    assert (again.code, "choose another name" in again.err) == (2, True)
    assert backed_up.read_bytes() == before
    over = onrecord("restore", backed_up)
    assert (over.code, "already holds a record" in over.err) == (1, True)


def test_another_model_in_the_settings_restores_nothing(
    onrecord: Run, backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"")
    monkeypatch.setenv("ONRECORD_EMBEDDING_MODEL", str(folder))
    ended = onrecord("restore", backed_up, "--home", tmp_path / "there")
    assert (ended.code, "set embedding_model to what it was" in ended.err) == (1, True)
    assert list((tmp_path / "there").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup", "missing/file"], "its folder is missing"),
        (["backup", "."], "it is a folder"),
        (["backup", "file"], "There is no record"),
        (["restore", "missing"], "cannot be read: No such file"),
        (["restore", "."], "cannot be read: Is a directory"),
    ],
)
def test_each_mistake_has_its_sentence(
    onrecord: Run, arguments: list[str], said: str, tmp_path: Path
) -> None:
    ended = onrecord(*arguments)
    assert ended.code in (1, 2)
    assert said in ended.err
    assert list(tmp_path.iterdir()) == []
