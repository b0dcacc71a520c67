"""The commands that only look at a record: they read its catalog, and load no model, numpy or rich."""

from contextlib import closing
from dataclasses import asdict

from bot.commands.provenance import provenance_lines
from bot.json_output import article_json, print_json
from bot.settings import Settings
from bot.terminal.plain_lines import parts_of, say
from index.catalog.catalog import Catalog
from index.catalog.provenance import provenance


def list_articles(settings: Settings, *, as_json: bool) -> None:
    """List what is on record."""
    with closing(Catalog(settings.home)) as catalog, catalog.read() as snapshot:
        if as_json:
            print_json([article_json(article, with_text=False) for article in snapshot.articles()])
            return
        for article in snapshot.articles():
            say(f"{article.id}  ", *parts_of(article))


def show_article(settings: Settings, article_id: str, *, as_json: bool, source: bool = False) -> None:
    """Show one article as it is stored; with `source`, where it came from instead of its text."""
    with closing(Catalog(settings.home)) as catalog:
        article = catalog.find_article(article_id)
        with catalog.read() as snapshot:
            came_from = provenance(snapshot, article.id) if source else []
    if as_json:
        read = {"read_from": [asdict(one) for one in came_from]} if source else {}
        print_json({**article_json(article, with_text=not source), **read})
        return
    if source:
        say((f"{article.id}  ", "bold"), *parts_of(article))
        for line in provenance_lines(article, came_from):
            say(line)
        return
    # Its text is wrapped to the window, which takes rich.
    from bot.terminal import console

    console.show_article(article)
