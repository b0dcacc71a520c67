"""`onrecord ingest` in one process against Ray's workers on the same machine, and what one process must do.

    python -m tests.benchmarks.engines [--articles 300] [--workers 1,2,4] [--turns 1]

The articles of the news collection, a file each, put on record from nothing, each time by a new process.
On one machine Ray can only cost: what is measured is how much, and which share of a run stays with the one
process that writes, which bounds what any number of workers gains. Needs Ray: `pip install 'onrecord[ray]'`.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from index.embedding.embedder import Embedder, Vectors, load_embedder
from index.store import Index
from ingest.documents import Document
from ingest.engines.engine import LocalEngine
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.benchmarks.data import folder, news
from tests.benchmarks.processes import onrecord
from tests.benchmarks.table import row, shown


class _Timed(LocalEngine):
    """This process, with a watch on what workers would do."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self.reading = self.embedding = 0.0

    def extract(self, document: Document) -> Iterator[object]:  # type: ignore[override]
        begun = perf_counter()
        items = list(super().extract(document))
        self.reading += perf_counter() - begun
        yield from items

    def embed(self, texts: Sequence[str]) -> Vectors:
        begun = perf_counter()
        try:
            return super().embed(texts)
        finally:
            self.embedding += perf_counter() - begun


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--workers", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2, 4])
    parser.add_argument("--turns", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        files = Path(temporary, "articles")
        _write(news(folder())[0].read_text(encoding="utf-8").splitlines(), chosen.articles, files)
        _show_rates(files, Path(temporary), chosen.articles, chosen.workers, chosen.turns)
        _show_shares(files, Path(temporary), chosen.articles)


def _show_rates(files: Path, room: Path, articles: int, workers: Sequence[int], turns: int) -> None:
    kinds = {"plain": [], **{f"Ray, {n} workers": ["--engine", "ray", "--workers", str(n)] for n in workers}}
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(turns):
        for name, given in kinds.items():
            run = onrecord(["ingest", str(files), *given], room / "made")
            rates[name].append(articles / run.seconds)
            print(f"({name}: {run.seconds:.1f} s)", file=sys.stderr, flush=True)
            shutil.rmtree(room / "made", ignore_errors=True)
    print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|")
    for name in list(kinds)[1:]:
        print(row(f"articles a second, {name}", rates[name], "plain", rates["plain"], ""), flush=True)


def _show_shares(files: Path, room: Path, articles: int) -> None:
    embedder = load_embedder()
    embedder.embed(["warm"])
    engine = _Timed(embedder)
    Index.create(room / "timed")
    with Index(room / "timed", embedder) as index:
        summary = ingest(index, list(find([str(files)])), engine=engine)
    rest = summary.seconds - engine.reading - engine.embedding
    for what, seconds in {
        "reading, which workers do": engine.reading,
        "embedding, which workers do": engine.embedding,
        "all else, which one process does": rest,
    }.items():
        print(f"{what}: {shown([1000 * seconds / articles])} ms an article", flush=True)
    print(f"{summary.embedded / articles:.1f} chunks an article; at most {articles / rest:.0f} a second")


def _write(lines: Iterable[str], most: int, into: Path) -> None:
    into.mkdir()
    for number, line in enumerate(lines):
        if number == most:
            return
        (into / f"{number:05}.json").write_text(json.dumps(json.loads(line)), encoding="utf-8")


if __name__ == "__main__":
    main()
