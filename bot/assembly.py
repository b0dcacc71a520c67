"""From settings to objects: index, embedder, writers, flow."""

from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.terminal import console
from index.embedding.embedder import Embedder, load_embedder, load_reranker
from index.embedding.entailment import Entails, load_entailment
from index.errors import WriterError
from index.made_once import made_once
from index.store import Index
from index.vectors.connection import Server, server_of

if TYPE_CHECKING:
    from bot.answering.flow import AnswerFlow
    from bot.model.writer import ModelWriter


def build_flow(index: Index, settings: Settings) -> "AnswerFlow":
    """The answer flow that the settings ask for; what it needs begins to load, once for each index."""
    # Before other threads import anything: of packages that import each other, one thread may else be given
    # a half of what another is at.
    model = _model_writer(settings) if settings.model else None
    index.warm()
    from bot.answering.flow import AnswerFlow
    from bot.extractive.writer import ExtractiveWriter

    writer = ExtractiveWriter(index.embedder.embed_tokens)
    return AnswerFlow(
        index,
        writer,
        settings.threshold,
        settings.passages,
        model,
        settings.model_threshold,
        settings.stale_days,
    )


def try_model(settings: Settings) -> str:
    """Ask the model that the settings name for a word, and say how long it took. Raises OnRecordError."""
    from contextlib import closing
    from time import monotonic

    model = _model_writer(settings).model
    asked = monotonic()
    with closing(model.stream([("human", "Answer with one word: yes.")], model.budget())) as pieces:
        if next(pieces, None) is None:
            msg = f"The model {settings.model} answers, but wrote nothing."
            raise WriterError(msg)
    return f"{settings.model} wrote a first word after {monotonic() - asked:.1f} s"


def _model_writer(settings: Settings) -> "ModelWriter":
    from bot.model.providers import load_chat_model
    from bot.model.retry_policy import ModelLimits
    from bot.model.writer import ModelWriter

    limits = ModelLimits(settings.answer_seconds, settings.first_word_seconds)
    # Another model's tokenizer may count a half more; rules, question and reply want the rest.
    context = settings.passage_tokens * 3 // 2 + 2048
    model = load_chat_model(settings.model, settings.model_url, limits, context)
    entails = _entailment(settings.entailment, settings.entailment_revision)
    return ModelWriter(model, settings.passage_tokens, entails)


@made_once
def _entailment(model: str, revision: str) -> Entails | None:
    """One for all records."""
    return load_entailment(model, revision)


def count_articles(index: Index) -> int:
    """How many articles are on record."""
    with index.catalog.read() as snapshot:
        return snapshot.count()[0]


def open_index(settings: Settings) -> Index:
    """The record, with the models that the settings name."""
    if not Index.exists(settings.record):
        # Says that there is none, and not only after a model for it was loaded, or even made.
        return Index(settings.record)
    return Index(
        settings.record,
        open_embedder(settings),
        load_reranker(settings.reranker, settings.reranker_revision),
        vector_server(settings),
    )


def vector_server(settings: Settings) -> Server | None:
    """The server that the settings name for the vectors, if any."""
    return server_of(settings.vectors, settings.vectors_headers, settings.vectors_ca, settings.vectors_shard)


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model that the settings name, run as the record and they want it."""
    return load_embedder(
        settings.embedding_model,
        settings.embedding_revision,
        settings.encoder,
        Index.model_of(settings.record),
        waiting=console.waiting,
        tell=console.show_error,
    )
