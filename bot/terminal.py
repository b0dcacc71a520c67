"""Articles, status and errors for people at a terminal; the same text without colour anywhere else."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from bot import logs
from bot.output import day_in_words
from index.types import Article, Status

if TYPE_CHECKING:
    from ingest.progress import Summary

_WIDTH = 100
# C0 and C1 controls but line feed and tab: an article must not be able to command a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SHARED: list[Console] = []


def out() -> Console:
    """The console for results."""
    return _console(sys.stdout.isatty(), stderr=False)


def err() -> Console:
    """The console for everything else; the one that shows live lines while there are some."""
    return _SHARED[-1] if _SHARED else _console(sys.stderr.isatty(), stderr=True)


@contextmanager
def shared(console: Console) -> Iterator[None]:
    """All that goes to stderr goes through `console` meanwhile: what is said comes above its live lines."""
    _SHARED.append(console)
    try:
        yield
    finally:
        _SHARED.remove(console)


def _console(terminal: bool, *, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    console.width = min(console.width, _WIDTH) if terminal else _WIDTH
    return console


def print_text(console: Console, text: Text, indent: int = 0) -> None:
    """Print indented, wrapped to the window; whole lines where there is none, since something else reads."""
    lines = text.wrap(console, console.width - indent) if console.is_terminal else text.split("\n")
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent if line else "").append_text(line), soft_wrap=True)


def show_note(note: str) -> None:
    """A word on how an answer came about, on stderr."""
    err().print(Text(clean(note), style="yellow"), soft_wrap=True)


def about(article: Article) -> Text:
    """Outlet, title and dates of an article, in one line."""
    parts = [article.source, f"“{article.title}”" if article.title else "", day_in_words(article.published)]
    text = Text(", ".join(clean(part) for part in parts if part))
    if article.status is not Status.CURRENT:
        when = day_in_words(article.updated)
        text.append(f" ({article.status.value}{f' {when}' if when else ''})", style="bold yellow")
    elif article.updated and article.updated[:10] != article.published[:10]:
        text.append(f" (updated {day_in_words(article.updated)})")
    return text


def show_article(article: Article) -> None:
    """Print one article whole."""
    console = out()
    console.print(about(article), style="bold")
    id_ = f"id {article.id}" + (f", in {article.language}" if article.language else "")
    for line in filter(None, (id_, ", ".join(article.authors), article.url, article.note)):
        console.print(Text(clean(line), style="dim"), soft_wrap=True)
    console.print()
    print_text(console, Text(clean(article.text)))


def show_status(record: Mapping[str, Any], settings: Mapping[str, Mapping[str, str]]) -> None:
    """Print what is on record, and the settings."""
    console = out()
    if record.get("problem"):
        console.print(f"Record in {record['home']}: {record['problem']}", soft_wrap=True)
    else:
        console.print(f"Record in {record['home']}", style="bold", soft_wrap=True)
        outlets = record["outlets"]
        shown = ", ".join(f"{name or 'no outlet'} ({count:,})" for name, count in list(outlets.items())[:8])
        more = f" and {len(outlets) - 8} more" if len(outlets) > 8 else ""
        rows = {
            "articles": f"{record['articles']:,} in {record['chunks']:,} chunks, {record['megabytes']} MB",
            "published": f"{day_in_words(record['first'])} to {day_in_words(record['last'])}"
            if record["first"]
            else "no dates",
            "outlets": f"{clean(shown)}{more}" or "none",
            "refreshed": record["refreshed"] or "never",
            "model": record["model"] or "none yet",
        }
        for name, value in rows.items():
            console.print(f"  {name:<12} {value}", soft_wrap=True)
    _show_runs(record.get("sources", {}))
    console.print("Settings", style="bold")
    for name, setting in settings.items():
        where = f"({setting['from']})"
        console.print(f"  {name:<20} {setting['value']}  ", Text(where, style="dim"), sep="", soft_wrap=True)


def _show_runs(runs: Mapping[str, Any]) -> None:
    console = out()
    if runs:
        console.print("Last runs", style="bold")
    for source, run in runs.items():
        counts = ", ".join(
            f"{run[name]:,} {name}"
            for name in ("new", "changed", "unchanged", "removed", "withdrawn", "failed", "left")
            if run.get(name)
        )
        ended = "interrupted, " if run.get("interrupted") else ""
        console.print(clean(f"  {source}: {ended}{run['finished']}, {counts or 'nothing'}"), soft_wrap=True)
        for failure in run["failures"][:3]:
            text = Text(clean(f"    {failure['origin']}: {failure['reason']}"), style="dim")
            console.print(text, soft_wrap=True)


def show_summary(summary: "Summary", skipped: Mapping[str, int], *, dry_run: bool) -> None:
    """Print what a run of ingestion did: failures to stderr, counts to stdout.

    `skipped` counts the files of kinds that are not read, by their ending.
    """
    for failure in summary.failures:
        show_error(f"{failure.origin}: {failure.reason}")
    if skipped:
        kinds = ", ".join(f"{count} {ending or 'without an ending'}" for ending, count in skipped.items())
        err().print(Text(f"Passed over, not being articles: {kinds}.", style="dim"), soft_wrap=True)
    counts = [
        f"{summary.new} new",
        f"{summary.changed} changed",
        f"{summary.unchanged} unchanged",
        f"{summary.removed} removed",
        f"{len(summary.failures)} failed",
        *([f"{summary.withdrawn} found gone and marked as withdrawn"] if summary.withdrawn else []),
        *([f"{summary.left} pages left for the next run"] if summary.left else []),
    ]
    lead = "Would be: " if dry_run else "Interrupted; kept: " if summary.interrupted else ""
    tail = "" if dry_run else f"; {summary.embedded} chunks embedded in {summary.seconds:.1f} s"
    out().print(f"{lead}{', '.join(counts)}{tail}.")


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """Say what is going on while it is going on, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    with err().status(message):
        yield


def show_error(sentence: str) -> None:
    """One sentence on stderr, whatever it holds; a line of the log where programs read that."""
    if logs.say(sentence):
        return
    err().print(Text(clean(sentence), style="red"), soft_wrap=True)


def clean(text: str) -> str:
    """Text without anything that could command a terminal."""
    return _CONTROLS.sub("", text)
