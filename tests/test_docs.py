"""The README against the program: what it names is there, and what is there is named."""

import re
from pathlib import Path

import click

from bot.cli.app import app
from bot.settings import SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                walk(below, f"{path} {name}".strip())
        else:
            found[path] = {o for p in command.params for o in p.opts if o.startswith("--")}

    walk(app, "")
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
    for name in SETTINGS:
        assert f"`{name}`" in README, name


def test_every_link_within_the_project_leads_somewhere() -> None:
    for page in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page}: {target}"
