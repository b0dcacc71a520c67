"""The commands that put questions to the record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import options as options
from bot.cli.options import settings_of
from bot.evaluation.report.guide import HELP
from index.errors import UsageError

if TYPE_CHECKING:
    from index.types import Query


@click.command()
@click.argument(
    "question",
    nargs=-1,
    metavar="[QUESTION]",
    help='What you want to know; "-" reads it from standard input.',
)
@options.since
@options.until
@options.source
@options.now
@options.limit
@options.no_filters
@options.threshold
@options.model
@click.option("--keep", is_flag=True, help="Look at the answer after each refresh: see `onrecord recalls`.")
@options.explain
@options.verbose
@options.output("text", "markdown", "json")
@options.cite
@options.batch
@options.with_home
def ask(
    home: Path | None,
    question: tuple[str, ...],
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    now: str | None,
    limit: int | None,
    no_filters: bool,
    threshold: float | None,
    model: str | None,
    keep: bool,
    explain: bool,
    verbose: bool,
    form: str,
    cite: str | None,
    batch: Path | None,
) -> int:
    """Answer a question with quotes from the articles, or say that it is not on record (exit code 3)."""
    from bot.commands.ask import ask_batch, ask_one

    settings = settings_of(home, threshold=threshold, model=model, passages=limit)
    if batch is not None:
        _not_both(question, batch)
        _only_json(batch, form=form, cite=cite, verbose=verbose)
        return ask_batch(settings, batch, explain=explain, keep=keep)
    if cite and form != "text":
        msg = f"--cite {cite} and --format {form} ask for different things; leave out one."
        raise UsageError(msg)
    query = _query(question, since, until, source, now, no_filters=no_filters)
    return ask_one(settings, query, cite or form, verbose=verbose, explain=explain, keep=keep)


@click.command()
@click.argument(
    "query", nargs=-1, metavar="[QUERY]", help='What to look for; "-" reads it from standard input.'
)
@options.since
@options.until
@options.source
@options.now
@options.limit
@options.no_filters
@options.output("text", "markdown", "json")
@options.batch
@options.with_home
def search(
    home: Path | None,
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    now: str | None,
    limit: int | None,
    no_filters: bool,
    form: str,
    batch: Path | None,
) -> int:
    """Show the passages nearest to a query, best first."""
    from bot.commands.ask import search_batch, search_one

    settings = settings_of(home, passages=limit)
    if batch is not None:
        _not_both(query, batch)
        _only_json(batch, form=form)
        return search_batch(settings, batch, settings.passages)
    asked = _query(query, since, until, source, now, no_filters=no_filters)
    return search_one(settings, asked, settings.passages, form)


@click.command("eval", help=HELP)
@click.argument(
    "file", type=options.FILE, metavar="FILE", help='Questions, a JSON object a line; "-" is standard input.'
)
@click.option(
    "--html", type=options.FILE, metavar="REPORT", help="Write a report to this file, worst cases first."
)
@click.option(
    "--save", type=options.FILE, metavar="RUN", help="Keep this run in a file, to compare later ones with."
)
@click.option(
    "--compare", type=options.FILE, metavar="RUN", help="Tell gains from losses since the run in this file."
)
@click.option(
    "--threshold", type=options.Number(), metavar="P", help="Judge answers by this threshold, 0 to 1."
)
@options.model
@options.since
@options.until
@options.source
@options.now
@options.limit
@options.no_filters
@options.as_json
@options.with_home
def evaluate(
    home: Path | None,
    file: Path,
    html: Path | None,
    save: Path | None,
    compare: Path | None,
    threshold: float | None,
    model: str | None,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    now: str | None,
    limit: int | None,
    no_filters: bool,
    as_json: bool,
) -> int:
    """Measure search, answers, citations and abstention; the guide says how to read it."""
    from bot.commands.evaluate import Outputs, run_eval

    settings = settings_of(home, threshold=threshold, model=model, passages=limit)
    given = _constraints(since, until, source, now, no_filters=no_filters)
    return run_eval(settings, file, Outputs(html, save, compare, as_json), given)


def _query(
    words: tuple[str, ...],
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    now: str | None,
    *,
    no_filters: bool,
) -> "Query":
    from bot.question_input import query_of

    if not words:
        msg = "There is no question; write one, or name a file of them with --batch."
        raise UsageError(msg)
    # What is typed without quotation marks comes as words.
    question = " ".join(sys.stdin.read().split() if words == ("-",) else words)
    return query_of({"question": question, **_constraints(since, until, sources, now, no_filters=no_filters)})


def _constraints(
    since: str | None, until: str | None, sources: tuple[str, ...], now: str | None, *, no_filters: bool
) -> dict[str, Any]:
    return {"since": since, "until": until, "source": sources, "now": now, "literally": no_filters}


def _only_json(batch: Path, *, form: str, cite: str | None = None, verbose: bool = False) -> None:
    """Raises UsageError for options that lines of JSON would leave without effect."""
    given = {f"--format {form}": form == "markdown", f"--cite {cite}": cite, "--verbose": verbose}
    if named := [option for option, there in given.items() if there]:
        msg = f"--batch prints JSON, a line for each question in {batch}; leave out {' and '.join(named)}."
        raise UsageError(msg)


def _not_both(question: tuple[str, ...], batch: Path) -> None:
    if question:
        msg = f"Questions come from {batch} or from the command line, not from both."
        raise UsageError(msg)
