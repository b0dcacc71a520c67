"""The container image, as far as it can be read; where a linter is installed, it is asked as well."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.test_docs import commands
from tests.test_wheel import pip

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Instructions with their arguments, continuation lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", " ", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(word.upper(), rest.strip()) for word, rest in (line.split(None, 1) for line in lines)]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            found.append([])
        if found:
            found[-1].append((word, rest))
    return found


def last(word: str) -> str:
    """The argument of the last such instruction of the image itself."""
    return [rest for name, rest in stages()[-1] if name == word][-1]


def test_it_is_built_in_stages_and_what_builds_stays_behind() -> None:
    assert len(stages()) == 3
    final = stages()[-1]
    assert [rest for name, rest in final if name == "COPY"] == ["--from=build /opt/onrecord /opt/onrecord"]
    assert not any("pip" in rest or "apt-get" in rest for name, rest in final if name == "RUN")


def test_it_runs_as_nobody_in_particular() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER"))


def test_it_has_one_entry_point_and_a_health_check_that_exists() -> None:
    assert last("ENTRYPOINT") == '["tini", "--", "onrecord"]'
    assert 'CMD ["onrecord", "health"]' in last("HEALTHCHECK")
    assert "health" in commands()


def test_everything_that_is_installed_comes_from_the_lock_file() -> None:
    build = " ".join(rest for _, rest in stages()[1])
    for install in re.findall(r"pip install[^&]+", build):
        assert "--no-deps" in install or "--constraint requirements.lock" in install
        assert "--upgrade" not in install
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name in re.findall(r"grep '\^(\w+)==' requirements\.lock", build):
        assert re.search(rf"^{name}==", lock, re.MULTILINE), name


def test_no_secret_is_baked_in() -> None:
    for word, rest in instructions():
        if word in ("ENV", "ARG"):
            assert not re.search(r"TOKEN|SECRET|PASSWORD|API_KEY", rest)


def test_the_context_holds_what_is_copied_and_nothing_that_is_not() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored, "what is not named must stay out: .venv, records, secrets"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        name
        for word, rest in stages()[1]
        if word == "COPY" and not rest.startswith("--from")
        for name in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    assert {name.rstrip("*") for name in packages["include"]} <= copied


@pytest.mark.slow
def test_each_install_of_it_finds_what_it_is_built_of(tmp_path: Path) -> None:
    """The first comes before the code, for the packages alone: what the build reads must be there already."""
    tree, installs = tmp_path / "src", 0
    for word, rest in stages()[1]:
        if word == "COPY":
            *sources, target = rest.split()
            for name in sources:
                copy(ROOT / name, tree / target)
        elif re.search(r'pip install[^&]* "?\.', rest):
            installs += 1
            pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "built", tree)
    assert installs == 2


def copy(source: Path, target: Path) -> None:
    """As COPY does: what is in a folder goes into the target, a file under its own name."""
    target.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def test_it_goes_without_what_an_installation_for_use_goes_without() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    dropped = re.search(r"^ONLY_FOR_TORCH = (.*)$", makefile, re.MULTILINE)
    (build,) = [rest for word, rest in stages()[1] if word == "RUN" and "doctor" in rest]
    removed = re.search(r"xargs pip uninstall --quiet --yes ([^;]*);", build)
    assert dropped and removed
    assert removed[1].split() == dropped[1].split()
    assert build.rindex("onrecord doctor") > build.rindex("pip uninstall"), "what is left is tried"


def test_hadolint_finds_nothing() -> None:
    if not shutil.which("hadolint"):
        pytest.skip("hadolint is not installed")
    ended = subprocess.run(["hadolint", str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
