"""The commands that only look at a record: they read its catalog, and load no model, vectors or numpy."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.text import Text

from bot import terminal
from bot.config import HELP, SECRET, Settings
from bot.output import article_json, print_json
from index.catalog import Catalog
from index.errors import OnRecordError


def list_articles(settings: Settings, *, as_json: bool) -> None:
    """List what is on record."""
    with closing(Catalog(settings.home)) as catalog, catalog.read() as snapshot:
        if as_json:
            print_json([article_json(article, with_text=False) for article in snapshot.articles()])
            return
        console = terminal.out()
        for article in snapshot.articles():
            console.print(Text(f"{article.id}  ").append_text(terminal.about(article)), soft_wrap=True)


def show_article(settings: Settings, article_id: str, *, as_json: bool) -> None:
    """Show one article as it is stored."""
    with closing(Catalog(settings.home)) as catalog:
        article = catalog.find_article(article_id)
    if as_json:
        print_json(article_json(article, with_text=True))
        return
    terminal.show_article(article)


def show_status(settings: Settings, *, as_json: bool) -> None:
    """Show the record and the settings."""
    record = _record_status(settings.home)
    shown = {name: {"value": _shown(settings, name), "from": settings.origins[name]} for name in HELP}
    if as_json:
        print_json({"record": record, "settings": shown})
        return
    terminal.show_status(record, shown)


def _shown(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name))
    return "(set)" if value and name in SECRET else value


def _record_status(home: Path) -> dict[str, Any]:
    if not Catalog.exists(home):
        return {"home": str(home), "articles": 0, "problem": "There is no record yet."}
    try:
        with closing(Catalog(home)) as catalog, catalog.read() as snapshot:
            head = snapshot.head()
            articles, chunks = snapshot.count()
            first, last = snapshot.days()
            sources = snapshot.sources()
            copies = snapshot.count_copies()
            runs = {source: json.loads(summary) for source, summary in snapshot.runs().items()}
    except OnRecordError as error:
        return {"home": str(home), "articles": 0, "problem": str(error)}
    return {
        "home": str(home),
        "articles": articles,
        "chunks": chunks,
        "outlets": dict(sources),
        "first": _iso(first),
        "last": _iso(last),
        "refreshed": head.refreshed,
        "generation": head.generation,
        "copies": copies,
        "sources": runs,
        "model": head.model,
        "megabytes": round(sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 1e6, 1),
    }


def _iso(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02}" if day else ""
