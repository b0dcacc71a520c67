"""The documents against the program: what they name is there, and what is there is named in one of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.app import app
from bot.serving.settings import SERVE_SETTINGS
from bot.settings import SETTINGS
from bot.slack.settings import SLACK_SETTINGS
from ingest.sources.sources_toml import OPTIONS

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "ingest", "index", "deploy", "tests")
READMES = [ROOT / "README.md", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("README.md"))]
PAGES = [
    *READMES,
    *(ROOT / f"{name}.md" for name in ("ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "SECURITY")),
]
REFERENCE = "\n".join(path.read_text(encoding="utf-8") for path in READMES)

pages = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def commands() -> dict[str, set[str]]:
    """Every command with its options, but for old names of them, which are hidden."""
    found: dict[str, set[str]] = {}

    def walk(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                walk(below, f"{path} {name}".strip())
        else:
            shown = [param for param in command.params if not getattr(param, "hidden", False)]
            found[path] = {option for param in shown for option in param.opts if option.startswith("--")}

    walk(app, "")
    return found


def prose(page: Path) -> str:
    """A page without its blocks of code, in which brackets and # mean something else."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> Iterator[str]:
    """The names by which a page's headings can be linked to, as Git hosts make them."""
    for heading in re.findall(r"^#+ +(.+)$", prose(page), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_command_is_in_a_readme() -> None:
    for command in commands():
        assert f"onrecord {command}" in REFERENCE, command


def test_every_option_of_a_command_is_in_a_readme() -> None:
    for options in commands().values():
        for option in options - {"--help"}:
            assert option in REFERENCE, option


@pages
def test_every_option_that_a_page_gives_to_onrecord_exists(page: Path) -> None:
    known = set().union(*commands().values(), *(one.opts for one in app.params)) | {"--help"}
    text = page.read_text(encoding="utf-8")
    shown = re.findall(
        r"`(?:\S*/)?onrecord ([^`\n]*)`|^\s*(?:\$ )?(?:\S*/)?onrecord (.*)$", text, re.MULTILINE
    )
    assert set(re.findall(r"--[a-z-]+", "\n".join(map(" ".join, shown)))) <= known


@pytest.mark.parametrize(
    "names", [SETTINGS, SLACK_SETTINGS, SERVE_SETTINGS, OPTIONS], ids=["main", "slack", "serve", "sources"]
)
def test_every_setting_is_in_a_readme(names: dict[str, object]) -> None:
    for name in names:
        assert f"`{name}`" in REFERENCE, name


@pages
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", prose(page)):
        led = (page.parent / target).resolve() if target else page
        assert led.exists(), target
        if anchor:
            assert anchor in set(anchors(led / "README.md" if led.is_dir() else led)), f"{target}#{anchor}"


@pages
def test_every_file_that_a_page_names_with_its_folder_exists(page: Path) -> None:
    named = set(
        re.findall(r"`((?:bot|ingest|index|tests|deploy)/[\w./-]*)`", page.read_text(encoding="utf-8"))
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pages
def test_every_module_and_every_make_target_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    modules = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    assert set(re.findall(r"`(\w+\.py)`", text)) <= modules
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^(?:\$ )?|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets


@pages
def test_every_printed_block_ends(page: Path) -> None:
    marks = re.findall(r"^<!-- (begin: [a-z-]+|end) -->$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(mark.startswith("begin: ") for mark in marks[::2])
    assert all(mark == "end" for mark in marks[1::2])
    assert len(marks) % 2 == 0


def test_the_first_page_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 180
