"""The commands for whoever runs On Record, for themselves or for others."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import options as options
from bot.cli.options import settings_of, settings_without_tables

if TYPE_CHECKING:
    from bot.operations.checks import Check


@click.command()
@options.as_json
@click.option("--slack", is_flag=True, help="Check the Slack bot's tokens, scopes, events and settings too.")
@options.with_home
def doctor(home: Path | None, as_json: bool, slack: bool) -> int:
    """Check this machine, the settings, the model and the record, and say what to do about each problem."""
    from bot.commands.doctor import run_doctor

    settings = settings_without_tables(home)
    more_checks: Iterable[Check] = ()
    if slack:
        from bot.slack.doctor import slack_checks

        more_checks = slack_checks(settings)
    return run_doctor(settings, more_checks, as_json=as_json)


@click.command()
@options.as_json
@options.with_home
def verify(home: Path | None, as_json: bool) -> int:
    """Check every stored article, chunk and vector against each other."""
    from bot.commands.maintenance import verify_record

    return verify_record(settings_of(home), as_json=as_json)


@click.command()
@options.as_json
@options.with_home
def rebuild(home: Path | None, as_json: bool) -> None:
    """Make chunks, full-text index and vectors again from the stored articles; needed for another model."""
    from bot.commands.maintenance import rebuild_record

    rebuild_record(settings_of(home), as_json=as_json)


@click.command()
@click.argument("file", type=options.FILE, metavar="FILE", help='The file to write; "-" is standard output.')
@options.as_json
@options.with_home
def backup(home: Path | None, file: Path, as_json: bool) -> None:
    """Write the whole record to one file, also while it is in use."""
    from bot.commands.backup import run_backup

    run_backup(settings_of(home), file, as_json=as_json)


@click.command()
@click.argument("file", type=options.FILE, metavar="FILE", help='A backup; "-" is standard input.')
@options.as_json
@options.with_home
def restore(home: Path | None, file: Path, as_json: bool) -> None:
    """Put a backup back, checked, into a folder that holds no record; all of it or nothing."""
    from bot.commands.backup import run_restore

    run_restore(settings_of(home), file, as_json=as_json)


@click.command()
@click.option(
    "--to",
    required=True,
    metavar="PLACE",
    help="A database, `postgresql://user@host/database` (password: PGPASSWORD or ~/.pgpass); or a folder.",
)
@options.as_json
@options.with_home
def copy(home: Path | None, to: str, as_json: bool) -> None:
    """Copy the record into a PostgreSQL database, or out of one: with ids and embeddings as they are."""
    from bot.commands.copy import run_copy

    run_copy(settings_of(home), to, as_json=as_json)


@click.command()
@click.argument("who", metavar="WHO")
@options.as_json
@options.with_home
def forget(home: Path | None, who: str, as_json: bool) -> None:
    """Forget what was asked by a Slack user (by id), at this "terminal", or by "everybody"."""
    from bot.commands.forget import forget as forget_questions

    forget_questions(settings_of(home), who, as_json=as_json)


@click.command()
@click.option(
    "--bot",
    metavar="ADDRESS",
    default="",
    show_default=False,
    help="Also ask the bot whose health port is there.",
)
@options.as_json
@options.with_home
def health(home: Path | None, bot: str, as_json: bool) -> int:
    """Say whether what runs here can do its work: quick, for health checks; exit code 1 where it cannot."""
    from bot.commands.health import run_health

    return run_health(settings_of(home), bot, as_json=as_json)
