"""The commands that look at what is on record."""

import sys
from difflib import get_close_matches
from pathlib import Path

import click

from bot.cli import options as options
from bot.cli import values as values
from bot.cli.help import SectionedGroup
from bot.cli.options import settings_of
from bot.terminal.columns import COLUMNS, USUAL
from index.catalog.listing import ORDERS
from index.errors import UsageError
from index.types import Status

STATUSES = tuple(status.value for status in Status)

_ID = click.argument(
    "article_id",
    metavar="ID",
    shell_complete=values.articles,
    help="The article's id, or how it begins.",
)


@click.group(cls=SectionedGroup)
@options.home
def articles() -> None:
    """Look at the articles on record, or take one out."""


@click.command("list")
@options.since
@options.until
@options.source
@click.option("--title", metavar="WORDS", help="Only titles that hold WORDS.")
@click.option(
    "--status", type=click.Choice(STATUSES), metavar="STATUS", help=f"Only {' or '.join(STATUSES)} ones."
)
@click.option(
    "--sort", type=click.Choice(ORDERS), metavar="BY", default="date", help=f"By {', '.join(ORDERS)}."
)
@click.option("--reverse", is_flag=True, help="In the other order.")
@click.option(
    "--columns",
    metavar="NAMES",
    default=",".join(USUAL),
    help=f"What to show, with commas between: {', '.join(COLUMNS)}.",
)
@click.option(
    "-k",
    "--limit",
    type=options.Whole(1),
    metavar="N",
    help="How many (default: 50 at a terminal, else all).",
)
@click.option("--page", type=options.Whole(1), metavar="N", default=1, help="Which page of so many.")
@options.output("text", "markdown", "json")
@options.with_home
def list_articles(
    home: Path | None,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    title: str | None,
    status: str | None,
    sort: str,
    reverse: bool,
    columns: str,
    limit: int | None,
    page: int,
    form: str,
) -> int:
    """List the articles on record, newest first, with what --since, --source and the like leave."""
    from bot.commands.articles import ListOptions, list_articles

    if page > 1 and limit is None and not sys.stdout.isatty():
        limit = 50
    asked = ListOptions(
        since, until, source, title or "", status, sort, reverse, _columns(columns), limit, page
    )
    return list_articles(settings_of(home), asked, form)


def _columns(names: str) -> tuple[str, ...]:
    columns = tuple(name.strip().lower() for name in names.split(",") if name.strip())
    for name in columns:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(COLUMNS)}."
            msg = f"There is no column {name!r}{hint}"
            raise UsageError(msg)
    return columns or USUAL


@click.command("open")
@click.argument(
    "chosen", metavar="ID|N", shell_complete=values.articles, help="The id, or the number shown last."
)
@options.with_home
def open_article(home: Path | None, chosen: str) -> None:
    """Open an article's web page, or its file: by id, or by its number in the last answer, search or list."""
    from bot.commands.articles import open_article

    open_article(settings_of(home), chosen)


@click.command("show")
@_ID
@click.option("--source", is_flag=True, help="Say from where it came, when and how it was read.")
@options.as_json
@options.with_home
def show_article(home: Path | None, article_id: str, source: bool, as_json: bool) -> None:
    """Show one article as it is stored: the text that every quote is checked against."""
    from bot.commands.articles import show_article

    show_article(settings_of(home), article_id, as_json=as_json, source=source)


@click.command("remove")
@_ID
@options.as_json
@options.with_home
def remove_article(home: Path | None, article_id: str, as_json: bool) -> None:
    """Take one article out of the record.

    It comes back if its file is ingested again, so delete the file too. What came from the web stays away
    from later refreshes until its page itself is named: onrecord ingest LINK.
    """
    from bot.commands.maintenance import remove_article

    remove_article(settings_of(home), article_id, as_json=as_json)


articles.add("Commands", [list_articles, show_article, open_article, remove_article])


@click.command()
@click.option("--all", "every", is_flag=True, help="Show every setting, also those that were not set.")
@options.as_json
@options.with_home
def status(home: Path | None, every: bool, as_json: bool) -> int:
    """Show what is on record, and the settings that were set, with where."""
    from bot.commands.status import show_status

    return show_status(settings_of(home), every=every, as_json=as_json)
