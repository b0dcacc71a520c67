"""The engine that `onrecord ingest` was asked to use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.settings import Settings
from bot.terminal import console
from index.errors import UsageError
from index.store import Index
from ingest.engines.engine import Engine


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What the command line says: `address` is a Ray cluster's, `workers` 0 one for each processor."""

    name: str = "local"
    address: str = ""
    workers: int = 0

    def __post_init__(self) -> None:
        """Raise UsageError for what only Ray has."""
        if self.name != "ray" and (self.address or self.workers):
            msg = "--address and --workers are for --engine ray; name that too."
            raise UsageError(msg)


@contextmanager
def opened_engine(choice: EngineChoice, index: Index | None, settings: Settings) -> Iterator[Engine | None]:
    """The engine for a run on `index`, with the model that it was opened with; None is this process."""
    if choice.name != "ray" or index is None:
        yield None
        return
    from ingest.engines.ray_cluster import workers_of
    from ingest.engines.worker import Model
    from ingest.engines.workers_engine import WorkersEngine

    model = Model(settings.embedding_model, settings.embedding_revision, settings.encoder, index.embedder.key)
    with workers_of(choice.address, choice.workers, model, console.waiting) as (readers, embedders):
        yield WorkersEngine(readers, embedders)
