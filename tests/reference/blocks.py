"""Marked blocks of the project's pages, and what belongs into each.

<!-- begin: settings -->
<!-- end -->
"""

import re
from collections.abc import Callable
from pathlib import Path

from bot.serving.settings import SERVE_SETTINGS
from bot.settings import SETTINGS
from bot.slack.settings import BOT_SETTINGS, CHANNEL_SETTINGS
from ingest.sources.sources_toml import OPTIONS
from tests.reference import json_fields, options
from tests.reference.table import settings_table

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "index", "ingest", "tests", "deploy")
_CHANNELS = (
    "These may also differ from channel to channel, in tables such as `[slack.channel.C0123456789]`, and "
    "from workspace to workspace, in tables such as `[slack.workspace.T0123456789]`; a channel's come first:"
)
BLOCKS: dict[str, Callable[[], str]] = {
    "settings": lambda: settings_table(SETTINGS),
    "slack-settings": lambda: (
        f"{settings_table(BOT_SETTINGS)}\n\n{_CHANNELS}\n\n{settings_table(CHANNEL_SETTINGS)}"
    ),
    "serve-settings": lambda: settings_table(SERVE_SETTINGS),
    "sources-settings": lambda: settings_table(OPTIONS),
    "options": options.tables,
    "json": json_fields.tables,
}
_BLOCK = re.compile(r"(?m)^(<!-- begin: (?P<name>[a-z-]+) -->\n)[\s\S]*?^(<!-- end -->)$")


def pages() -> list[Path]:
    """Every page of the project that has a block."""
    paths = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    return [path for path in sorted(paths) if _BLOCK.search(path.read_text(encoding="utf-8"))]


def names(text: str) -> list[str]:
    """The names of the blocks in a page."""
    return [block["name"] for block in _BLOCK.finditer(text)]


def filled(text: str) -> str:
    """The page with each block as it should be. Raises KeyError for a block that nothing belongs into."""
    return _BLOCK.sub(lambda block: f"{block[1]}{BLOCKS[block['name']]()}\n{block[3]}", text)
