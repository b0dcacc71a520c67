"""Chunks a second: the model by torch on a device, against the int8 encoder on two cores.

    python -m tests.benchmarks.gpu RECORD [--device cuda] [--chunks 4000]

The texts are what RECORD (a folder of `onrecord ingest`) embeds for its chunks. A GPU needs the usual
build of PyTorch. The encoder has as many threads as OMP_NUM_THREADS says; where it says nothing, 2.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OMP_NUM_THREADS", "2")

from index.embedding.embedder import DEFAULT_MODEL, load_embedder
from index.store import Index
from ingest.pipeline import prepare
from tests.benchmarks.table import row

_BATCHES, _TURNS = (32, 128, 512), 3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("record", type=Path)
    parser.add_argument("--device", default="cuda", help="as torch calls it: cuda, cpu, mps")
    parser.add_argument("--chunks", type=int, default=4000)
    chosen = parser.parse_args()
    int8 = load_embedder(encoder="onnx-int8")
    texts: list[str] = []
    with Index(chosen.record) as index, index.catalog.read() as snapshot:
        for article in snapshot.articles():
            texts.extend(prepare(article, int8).texts)
            if len(texts) >= chosen.chunks:
                break
    from sentence_transformers import SentenceTransformer

    from index.embedding.embedder import _default_folder

    model = SentenceTransformer(str(_default_folder()), device=chosen.device)
    few = texts[: max(1, len(texts) // 10)]
    cores = [_rate(int8.embed, few) for _ in range(_TURNS)]
    print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|")
    for half in (False, True) if chosen.device != "cpu" else (False,):
        model = model.half() if half else model
        for size in _BATCHES:
            # It returns when the vectors are in main memory.
            embed = partial(model.encode, batch_size=size, show_progress_bar=False)
            embed(few)
            rates = [_rate(embed, texts) for _ in range(_TURNS)]
            what = (
                f"{DEFAULT_MODEL}, {chosen.device}, {'half' if half else 'single'} precision, {size} a batch"
            )
            print(row(f"chunks a second, {what}", rates, "int8 on two cores", cores, ""), flush=True)


def _rate(embed: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    begun = perf_counter()
    embed(texts)
    return len(texts) / (perf_counter() - begun)


if __name__ == "__main__":
    main()
