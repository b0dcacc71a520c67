"""The commands for whoever runs On Record for others."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import AsJson, Home, settings_of


def add_to(app: typer.Typer) -> None:
    """Let `app` offer them."""
    app.command()(backup)
    app.command()(restore)
    app.command()(health)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help='The file to write; "-" is standard output.')],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Write the whole record to one file, also while it is in use."""
    from bot.backup import run_backup

    run_backup(settings_of(context, home), file, as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help='A backup; "-" is standard input.')],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Put a backup back, checked, into a folder that holds no record; all of it or nothing."""
    from bot.backup import run_restore

    run_restore(settings_of(context, home), file, as_json=as_json)


def health(
    context: typer.Context,
    bot: Annotated[
        str,
        typer.Option("--bot", metavar="ADDRESS", help="Also ask the bot whose health port is there."),
    ] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Say whether what runs here can do its work: quick, for health checks; exit code 1 where it cannot."""
    from bot.health import run_health

    raise typer.Exit(run_health(settings_of(context, home), bot, as_json=as_json))
