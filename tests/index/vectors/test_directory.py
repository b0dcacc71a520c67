"""Generations in directories: what several threads of one process may do with one at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np

from index.catalog.snapshot import Entry
from index.vectors.directory import DirectoryGenerations

_THREADS, _ROUNDS = 8, 5


def test_threads_open_and_close_one_directory_at_the_same_time(tmp_path: Path) -> None:
    generations = DirectoryGenerations(tmp_path)
    name = generations.build("", [], [[Entry("0", np.eye(1, 64, dtype=np.float32)[0])]], 1, 1)
    together = Barrier(_THREADS)

    def open_and_close(_: int) -> list[int]:
        counts = []
        for _ in range(_ROUNDS):
            together.wait(timeout=60)
            generation = generations.open(name)
            counts.append(generation.count())
            generation.close()
        return counts

    with ThreadPoolExecutor(_THREADS) as pool:
        assert list(pool.map(open_and_close, range(_THREADS))) == [[1] * _ROUNDS] * _THREADS
