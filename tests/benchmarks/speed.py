"""The table of speed and size, and the picture of growth: `make bench`.

    python -m tests.benchmarks.speed [--home DIR] [--sizes 10000,100000] [--save FILE] [--draw SVG]

Every figure is a ratio to something that is measured beside it, in turns, so that a busy machine slows both;
what is shown are medians and, in brackets, the least and the most. Larger sizes may be named in `--sizes`,
and kept with `--home` for the next run; none over 100,000 has been measured in this way.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from index.embed import _default_folder, load_embedder
from index.store import Index
from ingest.extract import extract
from ingest.pipeline import prepare
from ingest.sources import Document, find
from tests.benchmarks.data import folder, news

_PROGRAM = str(Path(sys.executable).with_name("onrecord"))
_EMBED = f"""
from sentence_transformers import SentenceTransformer
SentenceTransformer({str(_default_folder())!r}).encode(["Who voted against the loan?"])
"""
_ENCODE = """
import json, sys, time
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1])
texts = sorted(json.load(open(sys.argv[2])), key=len)
started = time.perf_counter()
model.encode(texts, batch_size=32, show_progress_bar=False)
print(time.perf_counter() - started)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and peak bytes of one process, and its exit code."""

    seconds: float
    peak: int
    code: int


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--every", type=int, default=10, help="ingest each n-th article only")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--save", type=Path, help="keep what growth was measured, as JSON")
    parser.add_argument("--draw", type=Path, help="draw the growth")
    chosen = parser.parse_args()
    data = folder()
    print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        homes = chosen.home or Path(temporary)
        record = homes / "news"
        if not Index.exists(record):
            started(["ingest", str(news(data)[0])], record)
        print(*cold(record, chosen.runs), sep="\n", flush=True)
        print(*ingested(news(data)[0], Path(temporary), chosen.every), sep="\n", flush=True)
        points = []
        for size in map(int, chosen.sizes.split(",")):
            module = [sys.executable, "-m", "tests.benchmarks.growth", "--real", str(record)]
            ended = subprocess.run(
                [*module, "--home", str(homes / f"growth-{size}"), "--chunks", str(size)],
                stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            points.append(json.loads(ended.stdout))
        for line in growth(points):
            print(line, flush=True)
    if chosen.save:
        chosen.save.write_text(json.dumps(points))
    if chosen.draw:
        draw(points, chosen.draw)


def cold(record: Path, runs: int) -> list[str]:
    """Whole processes, from nothing to the last line."""
    ask, imports, embeds, status, typer = [], [], [], [], []
    for _ in range(runs):
        ask.append(started(["ask", "Who won the World Cup final?"], record))
        imports.append(python("import sentence_transformers"))
        embeds.append(python(_EMBED))
        status.append(started(["status"], record))
        typer.append(python("import typer, rich"))
    seconds = [[run.seconds for run in those] for those in (ask, imports, status, typer)]
    peaks = [[run.peak / 1e6 for run in those] for those in (ask, embeds)]
    return [
        row("cold `ask`, s", seconds[0], "`import sentence_transformers`", seconds[1], "at most .35"),
        row(
            "the same, peak MB",
            peaks[0],
            "sentence-transformers embedding it",
            peaks[1],
            "at most .5",
        ),
        row("`status`, s", seconds[2], "`import typer, rich`", seconds[3], "at most 1.5"),
    ]


def ingested(articles: Path, temporary: Path, every: int) -> list[str]:
    """A whole run of ingestion beside the bare model on the same chunks."""
    some = temporary / "some.jsonl"
    lines = articles.read_text(encoding="utf-8").splitlines()[::every]
    some.write_text("\n".join(lines), encoding="utf-8")
    embedder = load_embedder(encoder="torch")
    found = [document for document in find([str(some)]) if isinstance(document, Document)]
    texts = [
        text
        for document in found
        for article in extract(document)
        if hasattr(article, "text")
        for text in prepare(article, embedder).texts
    ]
    chunks = temporary / "chunks.json"
    chunks.write_text(json.dumps(texts), encoding="utf-8")
    ours, bare = [], []
    for turn in range(3):
        run = started(["ingest", str(some)], temporary / f"ingested-{turn}")
        ours.append(len(texts) / run.seconds)
        ended = subprocess.run(
            [sys.executable, "-c", _ENCODE, str(_default_folder()), str(chunks)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        bare.append(len(texts) / float(ended.stdout))
    what = f"`ingest` of {len(lines)} articles, chunks a second"
    return [row(what, ours, "bare `SentenceTransformer.encode`, sorted", bare, "at least 1.5")]


def growth(points: Sequence[dict[str, list[float]]]) -> list[str]:
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


def row(what: str, measured: Sequence[float], against: str, others: Sequence[float], wanted: str) -> str:
    """A line of the table."""
    ratio = median(measured) / median(others)
    return f"| {what} | {_shown(measured)} | {against}: {_shown(others)} | {ratio:.2f} | {wanted} |"


def _shown(values: Sequence[float]) -> str:
    return f"{median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


def draw(points: Sequence[dict[str, list[float]]], file: Path) -> None:
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


def started(arguments: Sequence[str], record: Path) -> Run:
    """Run the command line as a user would."""
    return _run([_PROGRAM, *arguments], {**os.environ, "ONRECORD_HOME": str(record)})


def python(program: str) -> Run:
    """Run a program of Python's, which must not fail: it would be quick, and no measure of anything."""
    run = _run([sys.executable, "-c", program], dict(os.environ))
    if run.code:
        sys.exit(f"Cannot compare with `{program.strip()}`: it ends with exit code {run.code}.")
    return run


def _run(command: Sequence[str], environment: dict[str, str]) -> Run:
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(time.perf_counter() - begun, _bytes(used), process.returncode)


def _bytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
