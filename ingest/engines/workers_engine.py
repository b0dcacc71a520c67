"""Reading and embedding by workers, beside one another and ahead of the run.

Only work is handed out. The one process that runs `ingest` takes what comes back in the order in which it
asked, and alone writes to the record: a worker, or all of them, may be lost at any time, which costs what was
not stored yet.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from index.embedding.types import Vectors
from index.errors import DocumentError
from index.types import Article
from ingest.documents import MAX_BYTES, Document, Failure, Item, Notice, Reading
from ingest.sandbox.parent import shared_sandbox

# Texts that a worker embeds in one go: enough to make the way there worth it, few enough to spread evenly.
_TOGETHER = 32
# Documents that are read ahead for each worker, and bytes of them in all.
_AHEAD, _MOST_BYTES = 8, 256_000_000


class Workers(Protocol):
    """Those that work, wherever they are: each as `ingest.engines.worker.Worker`."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def submit(self, method: str, given: object) -> object:
        """Have a worker do something; `result` waits for it."""
        ...

    def result(self, begun: Any) -> Any:
        """What came of it. Raises what the worker raised, EngineError where it was lost."""
        ...


class WorkersEngine:
    """Hands out documents to `readers` and texts to `embedders`, which may be the same."""

    def __init__(self, readers: Workers, embedders: Workers) -> None:
        self.at_once = 128 * embedders.count
        self._readers, self._embedders = readers, embedders
        self._reading: dict[str, object] = {}
        # Where the vector of each text will be: a batch, and the place in it.
        self._coming: dict[str, tuple[object, int]] = {}
        self._gathered: dict[str, None] = {}

    def ahead(self, items: Iterable[Item], known: Callable[[Document], bool]) -> Iterable[Item]:
        """The same items in the same order, files with their bytes, which are on their way to a worker."""
        waiting: deque[Item] = deque()
        held = 0
        for item in items:
            sent = self._handed_out(item, known)
            waiting.append(sent)
            held += _held(sent)
            while len(waiting) > _AHEAD * self._readers.count or held > _MOST_BYTES:
                held -= _held(waiting[0])
                yield from self._in_turn(waiting.popleft())
        while waiting:
            yield from self._in_turn(waiting.popleft())

    def extract(self, document: Document) -> Iterator[Article | Failure | Notice | Reading]:
        """The articles of a document: by a worker where it was handed out, else here."""
        reading = self._reading.pop(document.origin, None)
        if reading is None:
            yield from shared_sandbox().extract(document)
        else:
            yield from self._readers.result(reading)

    def expect(self, texts: Sequence[str], missing: Callable[[Iterable[str]], list[str]]) -> None:
        """Begin to embed those of `texts` that are `missing`, as soon as there are enough for a batch."""
        new = [text for text in texts if text not in self._coming and text not in self._gathered]
        self._gathered.update(dict.fromkeys(missing(new) if new else ()))
        while len(self._gathered) >= _TOGETHER:
            self._begin(list(self._gathered)[:_TOGETHER])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text; what was not begun is begun now."""
        rest = [text for text in dict.fromkeys(texts) if text not in self._coming]
        for start in range(0, len(rest), _TOGETHER):
            self._begin(rest[start : start + _TOGETHER])
        places = [self._coming[text] for text in texts]
        batches = {id(batch): batch for batch, _ in places}
        vectors = {name: self._embedders.result(batch) for name, batch in batches.items()}
        for text in set(texts):
            del self._coming[text]
        return np.stack([vectors[id(batch)][place] for batch, place in places])

    def _begin(self, texts: list[str]) -> None:
        batch = self._embedders.submit("embed", texts)
        for place, text in enumerate(texts):
            self._coming[text] = (batch, place)
            self._gathered.pop(text, None)

    def _handed_out(self, item: Item, known: Callable[[Document], bool]) -> Item:
        """A file with its bytes, on its way to a worker unless it is known; anything else as it is."""
        if not isinstance(item, Document) or item.link or item.size > MAX_BYTES:
            return item
        try:
            # With these bytes, whatever becomes of the file: what is read and what is remembered must agree.
            sent = item if item.content is not None else replace(item, content=item.read())
            if not known(sent):
                self._reading[sent.origin] = self._readers.submit("read", sent)
        except DocumentError:
            return item
        return sent

    def _in_turn(self, item: Item) -> Iterator[Item]:
        yield item
        if isinstance(item, Document):
            # Where the run had no use for it after all.
            self._reading.pop(item.origin, None)


def _held(item: Item) -> int:
    return len(item.content or b"") if isinstance(item, Document) else 0
