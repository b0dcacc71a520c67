"""A first look: the bundled sample articles, and four questions that show what to expect."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.text import Text

import ingest
from bot.assembly import build_flow, count_articles, open_index
from bot.commands.ingest import ingest_with_progress
from bot.settings import Settings
from bot.terminal import answers, console
from bot.terminal.run_report import show_summary
from index.catalog.location import RecordLocation
from index.errors import UsageError
from index.store import Index
from index.types import Query
from ingest.options import Options
from ingest.sources.files import find

SAMPLES = Path(ingest.__file__).parent / "samples"
_PLACE = SAMPLES.parts[-2:]
OWN_QUESTION = "Who operates the ferry?"
QUESTIONS = (
    ("Answered from one article", "Why did Sheinbaum refuse the troops?"),
    ("Told differently by two outlets", "How many people were injured when the ferry struck the north pier?"),
    ("Asking for a date", "When did the replacement ferry begin service?"),
    ("Not on record", "How much compensation did the passengers receive?"),
)


def run_demo(settings: Settings) -> None:
    """Ingest the samples into the record in `settings.home`, ask, and say what to type next."""
    found = list(find([str(SAMPLES)]))
    _refuse_others(settings.record)
    Index.create(settings.record)
    screen = console.out()
    program = f"{_as_called()} --home {_from_here(settings.home)}"
    with open_index(settings) as index:
        _command(f"{program} ingest {_from_here(SAMPLES)}")
        summary = ingest_with_progress(index, found, Options(prune=True), label=str(SAMPLES))
        show_summary(summary, {}, dry_run=False)
        answer_flow = build_flow(index, settings)
        for kind, question in QUESTIONS:
            screen.print()
            screen.rule(Text(kind, style="dim"), align="left", style="dim")
            _command(f'{program} ask "{question}"')
            with console.waiting("Searching the record …"):
                answer = answer_flow.invoke(Query(question))
            answers.show_answer(answer, count_articles(index))
    _next("Ask the samples something of your own", program, [f'ask "{OWN_QUESTION}"', "chat"])
    _next(
        "Now your own articles",
        _as_called(),
        ["ingest path/to/your/articles", 'ask "your question"', "--help"],
    )


def _next(heading: str, program: str, lines: Sequence[str]) -> None:
    console.out().print()
    console.out().rule(Text(heading, style="dim"), align="left", style="dim")
    for line in lines:
        _command(f"{program} {line}")


def _refuse_others(record: RecordLocation) -> None:
    """Raises UsageError where the record holds anything but samples: nothing invented may answer there."""
    if not record.exists():
        return
    with closing(record.open_catalog()) as catalog, catalog.read() as snapshot:
        by_document = snapshot.articles_by_document()
        samples = {id_ for origin, ids in by_document.items() if _is_sample(origin) for id_ in ids}
        others = len(snapshot.all_revisions().keys() - samples)
    if others:
        many = f"{others:,} article{'' if others == 1 else 's'} of your own"
        msg = f"{record} holds {many}; samples are invented, so leave out --home, or name another folder."
        raise UsageError(msg)


def _is_sample(origin: str) -> bool:
    # Not by the whole path: another installation's samples are the same.
    return any(folder.parts[-2:] == _PLACE for folder in Path(origin).parents)


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
