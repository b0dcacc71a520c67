"""Gaps in words, for a terminal and for a channel."""

from collections.abc import Iterator, Sequence

from bot.gaps.gaps import Gap
from index.dates import long_day

NOTHING = "No question was refused or rated badly in that time."


def text_lines(gaps: Sequence[Gap]) -> Iterator[str]:
    """Each gap with its counts, and what is nearest to it."""
    if not gaps:
        yield NOTHING
    for gap in gaps:
        yield " ".join(gap.question.split())
        yield f"    {counts(gap)}"
        if gap.nearest:
            yield f"    Nearest: {gap.nearest.reference}"


def counts(gap: Gap) -> str:
    """How often a gap was met, by how many, and since when it is answered, as a sentence or two."""
    parts = []
    if gap.refused:
        parts.append(f"not answered {_times(gap.refused)}")
    if gap.badly_rated:
        parts.append(f"rated badly {_times(gap.badly_rated)}")
    people = f", by {len(gap.people)} people" if len(gap.people) > 1 else ""
    last = long_day(gap.last.astimezone().date())
    said = f"{' and '.join(parts)}{people}, last on {last}."
    return said[0].upper() + said[1:] + _answered(gap)


def _answered(gap: Gap) -> str:
    """Since when it is answered; what was read before anybody asked answers it, but nothing is new."""
    since = gap.answered_since
    if since is None:
        return ""
    if since < gap.first.astimezone().date():
        return f" Answered now, by an article that was read before: on {long_day(since)}."
    return f" Answered since {long_day(since)}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
