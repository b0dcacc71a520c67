"""A first look: the bundled sample articles, and four questions that show what to expect."""

from pathlib import Path

from rich.text import Text

import ingest
from bot.assembly import build_flow, count_articles, open_index
from bot.commands.ingest import ingest_with_progress
from bot.settings import Settings
from bot.terminal import answers, console
from index.store import Index
from index.types import Query
from ingest.options import Options
from ingest.sources.files import find

SAMPLES = Path(ingest.__file__).parent / "samples"
QUESTIONS = (
    ("Answered from one article", "Why did Sheinbaum refuse the troops?"),
    ("Told differently by two outlets", "How many people were injured when the ferry struck the north pier?"),
    ("Asking for a date", "When did the replacement ferry begin service?"),
    ("Not on record", "How much compensation did the passengers receive?"),
)


def run_demo(settings: Settings) -> None:
    """Ingest the samples into the record in `settings.home`, ask, and say what to type next."""
    found = list(find([str(SAMPLES)]))
    Index.create(settings.home)
    screen = console.out()
    with open_index(settings) as index:
        _command("onrecord ingest samples/")
        summary = ingest_with_progress(index, found, Options(prune=True), label=str(SAMPLES))
        console.show_summary(summary, {}, dry_run=False)
        answer_flow = build_flow(index, settings)
        for kind, question in QUESTIONS:
            screen.print()
            screen.rule(Text(kind, style="dim"), align="left", style="dim")
            _command(f'onrecord ask "{question}"')
            with console.waiting("Searching the record …"):
                answer = answer_flow.invoke(Query(question))
            answers.show_answer(answer, count_articles(index))
    screen.print()
    screen.rule(Text("Now your own articles", style="dim"), align="left", style="dim")
    for line in (
        "onrecord ingest path/to/your/articles",
        'onrecord ask "your question"',
        "onrecord --help",
    ):
        _command(line)


def _command(line: str) -> None:
    console.out().print(Text.assemble(("$ ", "dim"), (line, "bold")), soft_wrap=True)
