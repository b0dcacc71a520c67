"""What a run of ingestion did, for people: what is new, changed or removed, left out, or failed."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text

from bot.terminal.console import out, show_dim, show_error
from bot.terminal.plain_lines import clean, number_of
from index.dates import day_in_words
from ingest.documents import Failure, endings
from ingest.progress import Change, Summary

_MOST_NAMES, _MOST_NOTICES, _MOST_OF_A_FILE = 10, 10, 5


def show_summary(summary: Summary, skipped: Mapping[str, int], *, dry_run: bool) -> None:
    """Print what a run did: failures and notices to stderr, names and counts to stdout.

    `skipped` counts the files of kinds that are not read, by their ending. On a terminal, long lists are cut;
    elsewhere names are printed of what a dry run would do, and all failures.
    """
    _show_failures(summary.failures)
    _show_notices([f"{notice.origin}: {notice.text}" for notice in summary.notices])
    if skipped:
        show_dim(f"Passed over, not being articles: {endings(skipped)}.")
    if sys.stdout.isatty() or dry_run:
        _show_names(summary.changes, len(summary.changes) if dry_run else _MOST_NAMES)
    lead = "Would be: " if dry_run else "Interrupted; kept: " if summary.interrupted else ""
    chunks = number_of(summary.embedded, "chunk")
    tail = "" if dry_run or not summary.embedded else f"; {chunks} embedded in {summary.seconds:.1f} s"
    out().print(f"{lead}{counts_of(summary)}{tail}.")


def counts_of(summary: Summary) -> str:
    """What a run did, as counts; zeros are left out."""
    left = f"page{'' if summary.left == 1 else 's'} left for the next run"
    counts = (
        (summary.new, "new"),
        (summary.changed, "changed"),
        (summary.withdrawn, "of them found gone and marked as withdrawn"),
        (summary.unchanged, "unchanged"),
        (summary.removed, "removed"),
        (len(summary.failures), "failed"),
        (summary.left, left),
    )
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing new"


def _show_failures(failures: Sequence[Failure]) -> None:
    """Each failure; on a terminal the first few of a file, and how many more there are."""
    told: Counter[str] = Counter()
    for failure in failures:
        told[failure.origin] += 1
        if told[failure.origin] <= _MOST_OF_A_FILE or not sys.stderr.isatty():
            show_error(f"{failure.origin}: {failure.reason}")
    for origin, count in told.items():
        if count > _MOST_OF_A_FILE and sys.stderr.isatty():
            show_error(f"{origin}: and {count - _MOST_OF_A_FILE:,} more")


def _show_notices(said: Sequence[str]) -> None:
    most = _MOST_NOTICES if sys.stderr.isatty() else len(said)
    for line in said[:most]:
        show_dim(line)
    if len(said) > most:
        show_dim(f"… and {len(said) - most:,} more such words; --json gives them all.")


def _show_names(changes: Sequence[Change], most: int) -> None:
    for change in changes[:most]:
        out().print(Text(clean(_name(change))), soft_wrap=True)
    if len(changes) > most:
        out().print(f"… and {len(changes) - most:,} more")


def _name(change: Change) -> str:
    title = f"“{change.title}”" if change.title else change.id
    named = [change.source, title, day_in_words(change.published)]
    length = f"{change.characters:,} character{'' if change.characters == 1 else 's'}"
    return f"{change.kind:<8} {', '.join(filter(None, named))} ({length})"
