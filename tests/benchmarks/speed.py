"""The table of speed and size, and the picture of growth: `make bench`.

    python -m tests.benchmarks.speed [--home DIR] [--sizes 10000,100000] [--save FILE] [--draw SVG]

Every figure is a ratio to something that is measured beside it, in turns, so that a busy machine slows both;
what is shown are medians and, in brackets, the least and the most. Records are kept in `--home` for the next
run: filling the largest takes some 20 minutes and 6 GB. The picture is drawn where all of `SIZES` were
measured, so that none shows less than the README's.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.embedding.embedder import _default_folder
from tests.benchmarks.data import folder, news
from tests.benchmarks.growth_report import draw, growth
from tests.benchmarks.homes import made
from tests.benchmarks.ingesting import rows as ingesting_rows
from tests.benchmarks.processes import onrecord, python
from tests.benchmarks.reading import reading_row
from tests.benchmarks.speed_peers import installed, peer
from tests.benchmarks.table import row
from tests.benchmarks.warm import warm_row

SIZES = (10_000, 100_000, 1_000_000)
_QUESTION = "Who won the World Cup final?"
_EMBED = f"""
from sentence_transformers import SentenceTransformer
SentenceTransformer({str(_default_folder())!r}).encode([{_QUESTION!r}])
"""


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="chunks, separated by commas")
    parser.add_argument("--every", type=int, default=10, help="ingest each n-th article only")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--save", type=Path, help="keep what growth was measured, as JSON")
    parser.add_argument("--draw", type=Path, help="draw the growth")
    chosen = parser.parse_args()
    articles, questions = news(folder())
    print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        homes = chosen.home or Path(temporary)
        record = made(homes / "news", lambda home: onrecord(["ingest", str(articles)], home))
        for line in cold(record, articles, homes, chosen.runs):
            print(line, flush=True)
        print(warm_row(record, [question.text for question in questions]), flush=True)
        print(reading_row(), flush=True)
        for line in ingesting_rows(articles, chosen.every, turns=3):
            print(line, flush=True)
        points = [_measured(homes, record, size) for size in chosen.sizes]
        print(*growth(points), sep="\n")
    if chosen.save:
        chosen.save.write_text(json.dumps(points))
    if chosen.draw and set(SIZES) <= set(chosen.sizes):
        draw(points, chosen.draw)
    elif chosen.draw:
        print(f"({chosen.draw} is left as it is: not all of {SIZES} were measured.)", file=sys.stderr)


def cold(record: Path, articles: Path, homes: Path, runs: int) -> Iterator[str]:
    """Whole processes, from nothing to the last line."""
    ask, imports, embeds, quickstart, status, typer = [], [], [], [], [], []
    kept = None
    if installed():
        kept = made(homes / "langchain", lambda home: peer("langchain-ingest", str(articles), str(home)))
    for _ in range(runs):
        ask.append(onrecord(["ask", _QUESTION], record))
        imports.append(python("import sentence_transformers"))
        embeds.append(python(_EMBED))
        if kept:
            quickstart.append(peer("langchain-ask", str(kept), _QUESTION))
        status.append(onrecord(["status"], record))
        typer.append(python("import typer, rich"))
    seconds, peak = [run.seconds for run in ask], [run.peak / 1e6 for run in ask]
    imported = [run.seconds for run in imports]
    yield row("cold `ask`, s", seconds, "`import sentence_transformers`", imported, "at most .35")
    embedding = [run.peak / 1e6 for run in embeds]
    yield row("the same, peak MB", peak, "sentence-transformers embedding it", embedding, "at most .5")
    if quickstart:
        theirs = "the LangChain quickstart, passages only"
        yield row("the same, peak MB", peak, theirs, [run.peak / 1e6 for run in quickstart], "at most .5")
        yield row("the same, s", seconds, theirs, [run.seconds for run in quickstart], "")
    shown, imported = [run.seconds for run in status], [run.seconds for run in typer]
    yield row("`status`, s", shown, "`import typer, rich`", imported, "at most 1.5")


def _measured(homes: Path, record: Path, size: int) -> dict[str, list[float]]:
    """One size, in a process of its own so that memory is that size's."""
    module = [sys.executable, "-m", "tests.benchmarks.growth", "--real", str(record)]
    ended = subprocess.run(
        [*module, "--home", str(homes / f"growth-{size}"), "--chunks", str(size)],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    point: dict[str, list[float]] = json.loads(ended.stdout)
    return point


def _sizes(named: str) -> Sequence[int]:
    return tuple(map(int, named.split(",")))


if __name__ == "__main__":
    main()
