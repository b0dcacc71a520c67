"""What runs in each worker: a sandbox that reads, a model that embeds."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.embedding.embedder import Embedder, load_embedder
from index.embedding.types import KINDS, Vectors
from index.errors import EngineError
from index.types import Article
from ingest.documents import Document, Failure, Notice, Reading
from ingest.sandbox.parent import Sandbox


@dataclass(frozen=True, slots=True)
class Model:
    """The settings of the model, and the `key` that its vectors have on record."""

    name: str
    revision: str
    encoder: str
    key: str

    @property
    def by_torch(self) -> bool:
        """Whether it is run by torch, which uses a GPU where there is one."""
        return not self.key.endswith(tuple(f"+{kind}" for kind in KINDS))

    def load(self) -> Embedder:
        """The model on this machine. Raises EngineError where it is another one here, ModelError."""
        embedder = load_embedder(self.name, self.revision, self.encoder, self.key)
        if embedder.key != self.key:
            msg = (
                f"A worker has the embedding model {embedder.key}, and the record wants {self.key}: install "
                "the same version of On Record, and the same model, on every machine of the cluster."
            )
            raise EngineError(msg)
        return embedder


class Worker:
    """Reads and embeds, one thing at a time."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._embedder: Embedder | None = None
        self._sandbox = Sandbox()

    def ready(self) -> None:
        """Load the model: so that what is wrong with it is told before anything is read."""
        self._embedder = self._model.load()

    def read(self, document: Document) -> list[Article | Failure | Notice | Reading]:
        """What a document gives, as `Sandbox.extract`."""
        return list(self._sandbox.extract(document))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        if self._embedder is None:
            # A worker that was lost begins anew.
            self.ready()
        assert self._embedder is not None  # noqa: S101 (narrows the type)
        return self._embedder.embed(texts)
