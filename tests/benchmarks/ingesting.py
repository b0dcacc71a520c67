"""Whole runs of ingestion beside the bare model and other people's programs.

    python -m tests.benchmarks.ingesting [--every N] [--turns N]

All put the same articles on record, in turns, each from nothing and in a process of its own. `--every 1`
takes all 1,500 articles of the news collection: two minutes with `onrecord`, up to ten with others.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index.embedding.embedder import load_embedder
from ingest.formats.extract import extract
from ingest.pipeline import prepare
from ingest.sources.files import Document, find
from tests.benchmarks.data import folder, news
from tests.benchmarks.processes import onrecord
from tests.benchmarks.speed_peers import installed, peer
from tests.benchmarks.table import row

_OURS, _BARE, _LANGCHAIN, _TXTAI = "onrecord", "encode", "langchain-ingest", "txtai-ingest"
_NAMES = {
    _BARE: ("bare `SentenceTransformer.encode` of the same chunks, sorted, its loading not counted", 1.5),
    _LANGCHAIN: ("the LangChain quickstart", 2),
    _TXTAI: ("txtai, hybrid, with content", 2),
}


def rows(articles: Path, every: int, turns: int) -> Iterator[str]:
    """Articles a second, and the memory of each."""
    with tempfile.TemporaryDirectory() as temporary:
        some, chunks = Path(temporary, "some.jsonl"), Path(temporary, "chunks.json")
        lines = articles.read_text(encoding="utf-8").splitlines()[::every]
        some.write_text("\n".join(lines), encoding="utf-8")
        chunks.write_text(json.dumps(_chunks(some)), encoding="utf-8")
        others = [_BARE, *((_LANGCHAIN, _TXTAI) if installed() else ())]
        rates: dict[str, list[float]] = {name: [] for name in (_OURS, *others)}
        peaks: dict[str, list[float]] = {name: [] for name in rates}
        for _ in range(turns):
            for name in rates:
                made = Path(temporary, "made")
                if name == _OURS:
                    run = onrecord(["ingest", str(some)], made)
                else:
                    run = peer(name, *([str(chunks)] if name == _BARE else [str(some), str(made)]))
                rates[name].append(len(lines) / (float(run.said) if name == _BARE else run.seconds))
                peaks[name].append(run.peak / 1e6)
                print(f"({name}: {run.seconds:.0f} s, {run.peak / 1e6:.0f} MB)", file=sys.stderr, flush=True)
                shutil.rmtree(made, ignore_errors=True)
    what = f"`ingest` of {len(lines):,} articles, articles a second"
    for name in others:
        against, wanted = _NAMES[name]
        yield row(what, rates[_OURS], against, rates[name], f"at least {wanted}")
    for name in others:
        yield row("the same, peak MB", peaks[_OURS], _NAMES[name][0], peaks[name], "")


def _chunks(articles: Path) -> list[str]:
    """What ingestion embeds of them."""
    embedder = load_embedder(encoder="torch")
    found = [document for document in find([str(articles)]) if isinstance(document, Document)]
    return [
        text
        for document in found
        for article in extract(document)
        if hasattr(article, "text")
        for text in prepare(article, embedder).texts
    ]


def main() -> None:
    """Print the rows of `make bench` that are about ingestion."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--every", type=int, default=10, help="take each n-th article only")
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    print(*rows(news(folder())[0], chosen.every, chosen.turns), sep="\n")


if __name__ == "__main__":
    main()
