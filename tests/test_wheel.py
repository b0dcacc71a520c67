"""What an installation without a checkout has: a wheel is built, installed and tried."""

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
# What the wheel is built of, and all that is not code but must be in it.
SOURCES = ("bot", "index", "ingest", "deploy/slack", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # From a copy: a build leaves folders behind.
    tree, built = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source, target = ROOT / name, tree / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", built, tree)
    (made,) = built.glob("onrecord-*.whl")
    return made


def pip(*arguments: object, python: str = sys.executable) -> None:
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*command, *map(str, arguments)], check=True, capture_output=True, timeout=200)


def test_a_wheel_has_everything_that_is_not_code(wheel: Path) -> None:
    named = set(zipfile.ZipFile(wheel).namelist())
    for package in ("bot", "index", "ingest"):
        for file in (ROOT / package).rglob("*"):
            part = file.relative_to(ROOT)
            # Pages are for readers of the code; samples with that name are not.
            if file.is_file() and "__pycache__" not in part.parts and file.name != "README.md":
                assert str(part) in named, part
    assert any(name.endswith("share/onrecord/slack/manifest.yaml") for name in named)


def test_an_installed_wheel_runs_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    own = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    # The packages that it needs are those of this environment.
    (own / "packages.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})")
    pip("install", "--no-deps", "--force-reinstall", wheel, python=str(python))

    def onrecord(*arguments: str) -> str:
        command = [tmp_path / "venv" / "bin" / "onrecord", "--home", tmp_path / "record", *arguments]
        ended = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    where = subprocess.run(
        [python, "-P", "-c", "import bot; print(bot.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout).is_relative_to(own)
    # No commit: a wheel knows none.
    assert onrecord("--version").startswith("onrecord 0.1.0 (Python ")
    assert "Wrote slack-manifest.yaml." in onrecord("init", "--slack")
    assert "Would be: 21 new" in onrecord("ingest", "--dry-run", str(own / "ingest" / "samples"))
    assert onrecord("completion", "bash").startswith("_onrecord_completion()")
