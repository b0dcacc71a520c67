"""Lines of the tables that benchmarks print."""

from collections.abc import Sequence
from statistics import median


def row(what: str, measured: Sequence[float], against: str, others: Sequence[float], wanted: str) -> str:
    """A line: medians, in brackets the least and the most, and the ratio of the medians."""
    ratio = median(measured) / median(others)
    return f"| {what} | {shown(measured)} | {against}: {shown(others)} | {ratio:.2f} | {wanted} |"


def shown(values: Sequence[float]) -> str:
    """A median, with the least and the most of several."""
    return f"{median(values):.3g} ({min(values):.3g}–{max(values):.3g})"
