"""`onrecord init`: the files of settings and sources, with every choice in them explained."""

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import FILE, SETTINGS
from bot.terminal.plain_lines import say
from index.errors import FetchRefused, UsageError
from index.settings_reader import Setting
from ingest.sources.sources_toml import OPTIONS
from ingest.urls import checked_link, is_link

_SOURCES = "sources.toml"
_MANIFEST = "slack-manifest.yaml"
_WIDTH = 100
_SETTINGS_HEAD = (
    "On Record's settings. What stands behind a # holds as it is; take away the # before a name to change it."
    " The program reads this file in the folder where it is run, or the one that ONRECORD_CONFIG names. "
    "`onrecord status --all` shows what is in force, and from where."
)
_SOURCES_HEAD = (
    "What `onrecord ingest` reads each time that it is run without arguments. `onrecord ingest --watch` goes "
    "on reading, each source by its schedule. Paths are meant from where this file is."
)
_EXAMPLE = {"label": "Harbour Herald", "feed": "https://harbourherald.example/feed", "every": "30 min"}
_SLACK_STEPS = (
    f"1. On api.slack.com/apps: Create New App, From a manifest, and paste {_MANIFEST}.",
    "2. Basic Information, App-Level Tokens: one with connections:write is SLACK_APP_TOKEN (xapp-…).",
    "3. Install App: install it; the Bot User OAuth Token is SLACK_BOT_TOKEN (xoxb-…).",
    "4. Put both into the environment; `onrecord doctor --slack` checks them, `onrecord slack` runs the bot.",
)


@dataclass(frozen=True, slots=True)
class InitChoices:
    """What was chosen; "" for `home` is the usual folder, and for `first` that nothing is to be read yet."""

    home: str = ""
    first: str = ""
    slack: bool = False


def run_init(folder: Path, choices: InitChoices) -> None:
    """Write the files that are not there yet into `folder`, and say what to do next; none is overwritten."""
    files = {FILE: settings_file(choices), _SOURCES: sources_file(choices.first, folder)}
    if choices.slack:
        files[_MANIFEST] = _manifest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            _write(folder / name, text)
    except OSError as error:
        msg = f"{error.filename or folder} cannot be written: {error.strerror or error}."
        raise UsageError(msg) from error
    if choices.slack:
        for line in _SLACK_STEPS:
            say(line)
    ready = "onrecord ingest" if choices.first else "onrecord ingest PATH-OR-LINK"
    where = "" if folder.resolve() == Path.cwd() else f", in {folder}"
    say(f'Next{where}: {ready}, then onrecord ask "your question".')


def settings_file(choices: InitChoices) -> str:
    """The text of `onrecord.toml`."""
    # A path is meant from where it was typed.
    home = choices.home if choices.home.startswith("~") else str(Path(choices.home).absolute())
    chosen = {"home": home} if choices.home else {}
    lines = [*_commented(_SETTINGS_HEAD), *_settings(SETTINGS, chosen)]
    if choices.slack:
        from bot.slack.settings import BOT_SETTINGS

        lines += ["", "[slack]", *_settings(BOT_SETTINGS, {})]
    return "\n".join(lines) + "\n"


def sources_file(first: str, folder: Path) -> str:
    """The text of `sources.toml`, with `first`, a link or a path from here, as its first source."""
    lines = [*_commented(_SOURCES_HEAD), ""]
    if first:
        key, place = _place(first, folder)
        lines += ["[[source]]", f"{key} = {_toml([place])}", f"every = {_toml(_EXAMPLE['every'])}"]
    else:
        lines += ["# [[source]]", *(f"# {name} = {_toml(value)}" for name, value in _EXAMPLE.items())]
    lines += ["", "# A source may also say:", *_settings(OPTIONS, {})]
    return "\n".join(lines) + "\n"


def _place(first: str, folder: Path) -> tuple[str, str]:
    if is_link(first):
        try:
            return "url", checked_link(first)
        except FetchRefused as error:
            msg = f"{first} cannot be a source: {error}."
            raise UsageError(msg) from error
    path = Path(first).expanduser().absolute()
    if not path.exists():
        msg = f"{first} does not exist; name a folder, a file, or a link that begins with https://."
        raise UsageError(msg)
    here = folder.absolute()
    return "path", str(path.relative_to(here) if path.is_relative_to(here) else path)


def _settings(known: Mapping[str, Setting], chosen: Mapping[str, Any]) -> Iterator[str]:
    for name, one in known.items():
        yield ""
        takes = "" if one.takes.wanted == "text" else f": {one.takes.wanted}"
        yield from _commented(f"{one.help[:1].upper()}{one.help[1:]}{takes}.")
        if name in chosen:
            yield f"{name} = {_toml(chosen[name])}"
        else:
            yield f"# {name} = {_toml(one.default)}" if one.default is not None else f"# {name}: not set"


def _commented(text: str) -> list[str]:
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in lines]


def _toml(value: Any) -> str:
    """The value as TOML writes it; its texts and lists are written as in JSON."""
    if isinstance(value, Path):
        value = str(value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        say(f"{file} is there already, and stays as it is.")
    else:
        say(f"Wrote {file}.")


def _manifest() -> str:
    """The manifest of the Slack app: of the checkout, or as it was installed."""
    checkout = Path(__file__).parents[2] / "deploy" / "slack" / "manifest.yaml"
    installed = Path(sys.prefix) / "share" / "onrecord" / "slack" / "manifest.yaml"
    for file in (checkout, installed):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    msg = "This installation has no manifest of the Slack app; take deploy/slack/manifest.yaml of a checkout."
    raise UsageError(msg)
