"""Open the original of an article: its web page, or the file that it was read from."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.terminal.plain_lines import clean
from bot.web_address import web_address
from index.catalog.catalog import Catalog
from index.catalog.provenance import provenance
from index.errors import UsageError
from index.types import Article


def open_original(article: Article, origins: Sequence[str]) -> None:
    """Open it with what this machine has for it, and say on stdout what was opened.

    An article's link is the publisher's, or whoever wrote the file: only addresses of the web are opened, and
    files only those that it was read from. Raises UsageError where there is neither.
    """
    web = web_address(article.url)
    target = web or next((path for path in origins if Path(path).is_file()), "")
    if not target:
        msg = f"The article {article.id} has no web address, and the file that it was read from is gone."
        raise UsageError(msg)
    sys.stdout.write(f"{clean(target)}\n")
    sys.stdout.flush()
    if _has_window():
        import webbrowser

        webbrowser.open(target if web else Path(target).as_uri())


def origins_of(catalog: Catalog, article_id: str) -> list[str]:
    """The documents that an article was read from: paths and links."""
    with catalog.read() as snapshot:
        return [one.origin for one in provenance(snapshot, article_id)]


def _has_window() -> bool:
    """Whether something can open: over SSH and in containers there is nothing, and the link is printed."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    )
