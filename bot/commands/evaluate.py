"""`onrecord eval`: reads the questions, asks them, and prints or writes the report."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.assembly import build_flow, count_articles, open_index
from bot.commands.exit_codes import DONE, FAILED
from bot.evaluation.cases import Case, Mistake, read_cases
from bot.evaluation.compare import Comparison, compare
from bot.evaluation.measure_question import Flows, measure
from bot.evaluation.report.page import report
from bot.evaluation.report.text import comparison_lines, summary_json, summary_lines
from bot.evaluation.results import Result, Run, check_writable, load_run, save_run, write_text
from bot.evaluation.summary import Summary, summarise
from bot.json_output import print_json
from bot.question_input import query_of
from bot.settings import Settings
from bot.terminal import console
from index.errors import UsageError
from index.search.outlets import outlets_named
from index.store import Index

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a run goes besides the terminal; `earlier` is the run that it is compared with."""

    html: Path | None = None
    save: Path | None = None
    earlier: Path | None = None
    as_json: bool = False


def run_eval(settings: Settings, path: Path, outputs: Outputs, given: Mapping[str, Any]) -> int:
    """Measure the record with the questions in `path`, each constrained as is `given`.

    Fails, with everything measured and written all the same, where a line could not be measured with or
    something got significantly worse. Raises UsageError where no line could.
    """
    earlier = load_run(outputs.earlier) if outputs.earlier else None
    for file in filter(None, (outputs.html, outputs.save)):
        check_writable(file)
    # What is wrong with an option is said once, not for every line.
    constraints = query_of({"question": "", **given})
    read = list(read_cases(path, given))
    cases = [case for case in read if isinstance(case, Case)]
    mistakes = [mistake for mistake in read if isinstance(mistake, Mistake)]
    with open_index(settings) as index:
        with index.catalog.read() as snapshot:
            outlets_named([name for name, _ in snapshot.sources() if name], constraints.sources)
        _name_unknown(index, cases)
        measured = list(_measured(index, settings, cases))
        about = {
            "articles": count_articles(index),
            "passages": settings.passages,
            "embedding_model": settings.embedding_model,
            "reranker": settings.reranker,
        }
    results = tuple(one for one in measured if isinstance(one, Result))
    mistakes.extend(one for one in measured if isinstance(one, Mistake))
    for mistake in sorted(mistakes, key=lambda mistake: mistake.line):
        console.show_error(mistake.sentence)
    if not results:
        msg = f"There is no question in {path} to measure with."
        raise UsageError(msg)
    run = Run(datetime.now(UTC).isoformat(timespec="seconds"), settings.threshold, about, results)
    comparison = compare(earlier, run) if earlier else None
    _tell(run, summarise(run), comparison, outputs)
    if comparison and not comparison.paired:
        console.show_error(
            f"No question is in both this run and {outputs.earlier}: there is nothing to compare."
        )
    return FAILED if mistakes or (comparison and (comparison.worse or not comparison.paired)) else DONE


def _measured(index: Index, settings: Settings, cases: Sequence[Case]) -> Iterator[Result | Mistake]:
    flows = Flows(build_flow(index, settings), build_flow(index, replace(settings, threshold=0.0)))
    with _progress(len(cases)) as advance:
        for case in cases:
            try:
                yield measure(index, flows, case)
            except UsageError as mistake:
                yield Mistake(case.line, f"Line {case.line}: {mistake}")
            advance()


def _tell(run: Run, summary: Summary, comparison: Comparison | None, outputs: Outputs) -> None:
    if outputs.save:
        save_run(run, outputs.save)
    if outputs.html:
        write_text(outputs.html, report(run, summary, comparison))
    if outputs.as_json:
        print_json(summary_json(run, summary, comparison))
        return
    screen = console.out()
    for line in summary_lines(run, summary):
        screen.print(line, soft_wrap=True)
    if comparison:
        screen.print()
        for line in comparison_lines(comparison):
            screen.print(line, soft_wrap=True)


def _name_unknown(index: Index, cases: Sequence[Case]) -> None:
    """Say once which gold articles are not on record; they count as not found."""
    with index.catalog.read() as snapshot:
        known = snapshot.all_revisions()
    unknown = list(dict.fromkeys(id_ for case in cases for id_ in case.gold_articles if id_ not in known))
    if unknown:
        named = ", ".join(unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
        console.show_error(
            f"Not on record, and so counted as not found: {len(unknown):,} gold articles ({named}{more})."
        )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    bar = Progress(
        TextColumn("{task.completed:,} of {task.total:,} questions"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console.err(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    task = bar.add_task("", total=total)
    with bar:
        yield lambda: bar.advance(task)
