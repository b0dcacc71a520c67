"""The README against the program: what it names is there, and what is there is named."""

import re
from pathlib import Path

import typer

from bot.cli import app
from bot.config import HELP

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, path: str) -> None:
        for name, below in getattr(command, "commands", {}).items():
            walk(below, f"{path} {name}".strip())
        if not getattr(command, "commands", None):
            found[path] = {o for p in command.params for o in p.opts if o.startswith("--")}  # type: ignore[attr-defined]

    walk(typer.main.get_command(app), "")
    return found


def test_every_command_is_in_the_readme() -> None:
    for command in commands():
        assert f"onrecord {command}" in README, command


def test_every_option_that_the_readme_names_exists() -> None:
    known = set().union(*commands().values()) | {"--help"}
    shown = "\n".join(re.findall(r"`[^`\n]*onrecord [^`\n]*`|^\s*\$? ?onrecord .*$", README, re.MULTILINE))
    assert set(re.findall(r"--[a-z-]+", shown)) <= known


def test_every_option_of_a_command_is_in_the_readme() -> None:
    for options in commands().values():
        for option in options - {"--help"}:
            assert option in README, option


def test_every_setting_is_in_the_readme() -> None:
    for name in HELP:
        assert f"`{name}`" in README, name


def test_every_link_within_the_project_leads_somewhere() -> None:
    for page in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page}: {target}"
