"""The command that tells what people asked and no article answers."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.options import settings_of
from index.errors import UsageError


@click.command()
@click.option(
    "--since", metavar="WHEN", default="7d", help="Since when: 7d, 2w, or a day such as 2026-03-12."
)
@options.as_json
@click.option("--html", is_flag=True, help="Print a page of HTML instead of text.")
@options.with_home
def gaps(home: Path | None, since: str, as_json: bool, html: bool) -> int:
    """Show what people asked and no article answers, or was answered badly, in clusters."""
    from bot.commands.gaps import show_gaps

    if as_json and html:
        msg = "Choose one form: --json or --html."
        raise UsageError(msg)
    return show_gaps(settings_of(home), since, "json" if as_json else "html" if html else "text")
