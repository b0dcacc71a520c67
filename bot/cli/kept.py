"""The commands around answers that are kept, and questions that wait for theirs."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.help import SectionedGroup
from bot.cli.options import settings_of


@click.command()
@click.option(
    "--since", metavar="WHEN", help="Only what was found out since: 7d, 2w, or a day such as 2026-03-12."
)
@options.as_json
@options.with_home
def recalls(home: Path | None, since: str | None, as_json: bool) -> int:
    """Show which kept answers no longer stand, and why; exit code 3 where there are some."""
    from bot.commands.recalls import show_recalls

    return show_recalls(settings_of(home), since, as_json=as_json)


@click.command()
@click.argument("question", nargs=-1, required=True, metavar="QUESTION", help="What you want to know.")
@options.since
@options.until
@options.source
@click.option(
    "--exec", "command", metavar="CMD", default="", help="Run CMD then, with the answer as JSON on its stdin."
)
@click.option("--still", is_flag=True, help="Wait for a newer article even where one answers already.")
@options.as_json
@options.with_home
def watch(
    home: Path | None,
    question: tuple[str, ...],
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    command: str,
    still: bool,
    as_json: bool,
) -> int:
    """Ask again after each refresh, and tell once when it is on record."""
    from bot.commands.watches import watch
    from bot.question_input import query_of

    query = query_of({"question": " ".join(question), "since": since, "until": until, "source": source})
    return watch(settings_of(home), query, command, still=still, as_json=as_json)


@click.group(cls=SectionedGroup)
def watches() -> None:
    """Look at the questions that wait for an answer, or take one out."""


@click.command("list")
@options.as_json
@options.with_home
def list_watches(home: Path | None, as_json: bool) -> None:
    """List the questions that wait, oldest first."""
    from bot.commands.watches import list_watches

    list_watches(settings_of(home), as_json=as_json)


@click.command("remove")
@click.argument("watch_id", metavar="ID", help="The watch's id.")
@options.as_json
@options.with_home
def remove_watch(home: Path | None, watch_id: str, as_json: bool) -> None:
    """Let a question wait no longer."""
    from bot.commands.watches import remove_watch

    remove_watch(settings_of(home), watch_id, as_json=as_json)


watches.add("Commands", [list_watches, remove_watch])
