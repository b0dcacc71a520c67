"""A first look: the bundled sample articles, and four questions that show what to expect."""

import shlex
import shutil
import sys
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
    program = _as_called()
    next_steps = {
        "Ask the samples something else": ["--home {home} chat"],
        "Now your own articles": ["ingest path/to/your/articles", 'ask "your question"', "--help"],
    }
    for heading, lines in next_steps.items():
        screen.print()
        screen.rule(Text(heading, style="dim"), align="left", style="dim")
        for line in lines:
            _command(f"{program} {line.format(home=_from_here(settings.home))}")


def _as_called() -> str:
    """The program as it can be typed here: its name if that is on the path, or else the way to it."""
    called = Path(sys.argv[0]).absolute()
    found = shutil.which(called.name)
    on_path = found is not None and (not called.exists() or called.samefile(found))
    return called.name if on_path else _from_here(called)


def _from_here(path: Path) -> str:
    """A path as it can be typed in the current folder."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _command(line: str) -> None:
    console.out().print(Text.assemble(("$ ", "dim"), (line, "bold")), soft_wrap=True)
