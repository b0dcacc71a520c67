"""Workers in threads of this process, which are real but for where they are, and can be lost."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from index.embedding.embedder import Embedder
from index.errors import EngineError
from ingest.engines.worker import Model, Worker


class ThreadWorkers:
    """As many threads as workers, each worker with a thread of its own."""

    def __init__(self, count: int, embedder: Embedder, lost_after: int = -1) -> None:
        """`lost_after` results, all of them are lost."""
        self.asked: Counter[str] = Counter()
        self._left = lost_after
        self._workers = [Worker(Model("", "", "", embedder.key)) for _ in range(count)]
        for worker in self._workers:
            worker._embedder = embedder
        self._threads = [ThreadPoolExecutor(1) for _ in self._workers]

    @property
    def count(self) -> int:
        return len(self._workers)

    def submit(self, method: str, given: Any) -> Future[Any]:
        place = sum(self.asked.values()) % self.count
        self.asked[method] += 1
        return self._threads[place].submit(getattr(self._workers[place], method), given)

    def result(self, begun: Future[Any]) -> Any:
        if self._left == 0:
            msg = "The workers were lost."
            raise EngineError(msg)
        self._left -= 1
        return begun.result()

    def close(self) -> None:
        for thread in self._threads:
            thread.shutdown()
        for worker in self._workers:
            worker._sandbox.close()
