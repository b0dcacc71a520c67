"""How time, memory and disk grow with the number of chunks: `make bench`, which draws a picture of it."""

from collections.abc import Sequence
from pathlib import Path

from index.embed import Embedder, Vectors
from index.session import Batch, Put
from index.store import Index
from tests.benchmarks.growth_data import Real, copies

_PUBLISH = 4096


class Given:
    """An embedder that was told every vector beforehand, and embeds questions as `model` does."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.key = model.key
        self.max_tokens = model.max_tokens
        self.count_tokens = model.count_tokens
        self.embed_query = model.embed_query
        self.known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        """The vectors of keys, forgotten with that."""
        return [self.known.pop(text) for text in texts]


def fill(home: Path, real: Sequence[Real], chunks: int, model: Embedder) -> None:
    """Make a record of so many chunks, by way of the session that ingestion uses."""
    given = Given(model)
    Index.create(home)
    with Index(home, given) as index, index.session() as session:  # type: ignore[arg-type]
        waiting: list[Put] = []
        texts: list[str] = []

        def publish() -> None:
            session.embed(texts)
            session.publish(Batch(puts=tuple(waiting)))
            waiting.clear()
            texts.clear()

        for put, vectors in copies(real, chunks):
            given.known.update(zip(put.texts, vectors, strict=True))
            waiting.append(put)
            texts.extend(put.texts)
            if len(texts) >= _PUBLISH:
                publish()
        if texts:
            publish()
        session.tidy()
