"""The commands that only look at a record: they read its catalog, and load no model, numpy or rich."""

from contextlib import closing

from bot.json_output import article_json, print_json
from bot.settings import Settings
from bot.terminal.plain_lines import parts_of, say
from index.catalog.catalog import Catalog


def list_articles(settings: Settings, *, as_json: bool) -> None:
    """List what is on record."""
    with closing(Catalog(settings.home)) as catalog, catalog.read() as snapshot:
        if as_json:
            print_json([article_json(article, with_text=False) for article in snapshot.articles()])
            return
        for article in snapshot.articles():
            say(f"{article.id}  ", *parts_of(article))


def show_article(settings: Settings, article_id: str, *, as_json: bool) -> None:
    """Show one article as it is stored."""
    with closing(Catalog(settings.home)) as catalog:
        article = catalog.find_article(article_id)
    if as_json:
        print_json(article_json(article, with_text=True))
        return
    # Its text is wrapped to the window, which takes rich.
    from bot.terminal import console

    console.show_article(article)
