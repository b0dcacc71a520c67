"""What was measured at several sizes: as lines of the table, and as a picture."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.benchmarks.table import row

Measured = dict[str, list[float]]
"""A `tests.benchmarks.growth.Point`, by the names of its fields."""


def growth(points: Sequence[Measured]) -> list[str]:
    """Each size against its own embedding, and the sizes against each other."""
    found = []
    for point in points:
        size = f"{point['chunks']:,} chunks"
        ms = {name: [1e3 * s for s in point[name]] for name in ("query", "embedding", "narrow", "wide")}
        found += [
            row(f"warm search, {size}, ms", ms["query"], "embedding alone", ms["embedding"], "at most 2.5"),
            row("with days that keep 5 %, ms", ms["narrow"], "without", ms["query"], "at most 2"),
            row("with days that keep 50 %, ms", ms["wide"], "without", ms["query"], "at most 2"),
            f"| memory, disk, {size} |"
            f" {point['memory'] / 1e6:,.0f} MB, {point['disk'] / 1e6:,.0f} MB | | | |",
        ]
    for before, after in pairwise(points):
        against = f"{before['chunks']:,} chunks"
        ms = [[1e3 * s for s in point["query"]] for point in (before, after)]
        found.append(
            row(f"warm search, {after['chunks']:,} chunks, ms", ms[1], against, ms[0], "at most 2.5")
        )
    first, last = points[0], points[-1]
    if last is not first:
        against, what = (
            f"{first['chunks']:,} chunks",
            f"refresh of ten articles, {last['chunks']:,} chunks, s",
        )
        found.append(row(what, last["refresh"], against, first["refresh"], "at most 10"))
    return found


def draw(points: Sequence[Measured], file: Path) -> None:
    """Time, memory and disk by the number of chunks, both axes logarithmic."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot

    sizes = [point["chunks"] for point in points]
    figure, (time_axis, space_axis) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for name, label in (
        ("query", "search"), ("narrow", "with days that keep 5 %"), ("wide", "with days that keep 50 %"),
        ("embedding", "embedding the question alone"), ("refresh", "refresh of ten articles"),
    ):  # fmt: skip
        time_axis.plot(sizes, [1e3 * median(point[name]) for point in points], "o-", label=label)
    for name, label in (("memory", "memory"), ("disk", "disk")):
        space_axis.plot(sizes, [point[name] / 1e6 for point in points], "o-", label=label)
    for axis, unit in ((time_axis, "milliseconds, median"), (space_axis, "megabytes")):
        axis.set(xscale="log", yscale="log", xlabel="chunks", ylabel=unit)
        axis.grid(alpha=0.3)
        axis.legend(fontsize=7, frameon=False)
    figure.savefig(file, metadata={"Date": None})
