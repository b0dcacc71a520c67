"""The commands that look at what is on record."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.help import SectionedGroup
from bot.cli.options import settings_of

_ID = click.argument("article_id", metavar="ID", help="The article's id, or how it begins.")


@click.group(cls=SectionedGroup)
def articles() -> None:
    """Look at the articles on record, or take one out."""


@click.command("list")
@options.as_json
@options.with_home
def list_articles(home: Path | None, as_json: bool) -> None:
    """List every article on record, newest first."""
    from bot.commands.articles import list_articles

    list_articles(settings_of(home), as_json=as_json)


@click.command("show")
@_ID
@options.as_json
@options.with_home
def show_article(home: Path | None, article_id: str, as_json: bool) -> None:
    """Show one article as it is stored: the text that every quote is checked against."""
    from bot.commands.articles import show_article

    show_article(settings_of(home), article_id, as_json=as_json)


@click.command("remove")
@_ID
@options.as_json
@options.with_home
def remove_article(home: Path | None, article_id: str, as_json: bool) -> None:
    """Take one article out of the record. It comes back if its file is ingested again."""
    from bot.commands.maintenance import remove_article

    remove_article(settings_of(home), article_id, as_json=as_json)


articles.add("Commands", [list_articles, show_article, remove_article])


@click.command()
@options.as_json
@options.with_home
def status(home: Path | None, as_json: bool) -> None:
    """Show what is on record, and every setting with where it came from."""
    from bot.commands.status import show_status

    show_status(settings_of(home), as_json=as_json)
