"""`onrecord articles remove`, `verify` and `rebuild`."""

from rich.text import Text

from bot.assembly import count_articles, open_index, vector_server
from bot.commands.exit_codes import DONE, FAILED
from bot.commands.provenance import is_file, what_brings_it_back
from bot.json_output import print_json
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.plain_lines import clean, number_of
from bot.terminal.progress import IngestProgress
from index.catalog.provenance import provenance
from index.store import Index
from ingest import pipeline


def remove_article(settings: Settings, article_id: str, *, as_json: bool) -> None:
    """Take one article out of the record."""
    with open_index(settings) as index:
        article = index.find_article(article_id)
        with index.catalog.read() as snapshot:
            came_from = provenance(snapshot, article.id)
        pipeline.remove(index, article.id)
    if as_json:
        files = [one.origin for one in came_from if is_file(one)]
        print_json({"removed": article.id, "files": files})
        return
    console.out().print(Text("Removed ").append_text(console.about(article)), soft_wrap=True)
    for line in what_brings_it_back(came_from):
        console.err().print(clean(line), style="dim", soft_wrap=True, highlight=False)


def verify_record(settings: Settings, *, as_json: bool) -> int:
    """Check the record against itself."""
    with (
        Index(settings.record, server=vector_server(settings)) as index,
        console.waiting("Checking the record …"),
    ):
        problems = index.verify()
        checked = count_articles(index)
    if as_json:
        print_json({"articles": checked, "problems": problems})
    elif problems:
        for problem in problems:
            console.show_error(problem)
        console.out().print("Run `onrecord rebuild`: it makes everything again that comes from the articles.")
    else:
        console.out().print(
            f"All is well: {number_of(checked, 'article')}, their chunks and vectors fit each other."
        )
    return FAILED if problems else DONE


def rebuild_record(settings: Settings, *, as_json: bool) -> None:
    """Make everything that is derived again."""
    with open_index(settings) as index:
        with IngestProgress() as stages:
            embedded = pipeline.rebuild(index, stages.rebuild)
        articles = count_articles(index)
    if as_json:
        print_json({"articles": articles, "embedded": embedded})
    else:
        console.out().print(
            f"Rebuilt: {number_of(articles, 'article')}, {number_of(embedded, 'chunk')} embedded again."
        )
