"""What each command does, once its arguments are understood. Returns exit codes where there is a choice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.text import Text

from bot.json_output import answer_json, passages_json, print_json
from bot.question_input import read_questions
from bot.settings import Settings
from bot.terminal import answers, console
from bot.terminal.progress import IngestProgress
from bot.types import Answer, Outcome
from index.embedding.embedder import Embedder, load_embedder, load_reranker
from index.errors import UsageError
from index.store import Index
from index.types import Passage, Query
from index.vectors.connection import Server, server_of
from ingest import pipeline

DONE, FAILED, NOT_ON_RECORD, INTERRUPTED = 0, 1, 3, 130


def ask_one(settings: Settings, query: Query, *, as_json: bool, verbose: bool = False) -> int:
    """Answer one question, a sentence at a time."""
    from bot.terminal.answer_stream import show_events, show_running

    with open_index(settings) as index:
        answer_flow = flow(index, settings)
        if as_json:
            with console.waiting("Searching the record …"):
                answer = answer_flow.invoke(query)
            print_json(answer_json(answer))
        else:
            answer = show_events(answer_flow.events(query), count_articles(index))
        if verbose:
            show_running(answer)
    return DONE if answer.outcome is Outcome.ANSWERED else NOT_ON_RECORD


def ask_batch(settings: Settings, path: Path) -> int:
    """Answer a file of questions, an object a line."""
    with open_index(settings) as index:
        answer_flow = flow(index, settings)

        def answer(query: Query) -> dict[str, Any]:
            given: Answer = answer_flow.invoke(query)
            return answer_json(given)

        return _batch(path, answer)


def search_one(settings: Settings, query: Query, k: int, *, as_json: bool) -> int:
    """Show the passages for one query."""
    with open_index(settings) as index:
        index.warm()
        with console.waiting("Searching the record …"):
            passages = _passages(index, query, k)
        if as_json:
            print_json(passages_json(query.text, passages))
        else:
            answers.show_passages(query.text, passages)
    return DONE if passages else NOT_ON_RECORD


def search_batch(settings: Settings, path: Path, k: int) -> int:
    """Show the passages for a file of queries, an object a line."""
    with open_index(settings) as index:
        return _batch(path, lambda query: passages_json(query.text, _passages(index, query, k)))


def remove_article(settings: Settings, article_id: str, *, as_json: bool) -> None:
    """Take one article out of the record."""
    with open_index(settings) as index:
        article = index.find_article(article_id)
        pipeline.remove(index, article.id)
    if as_json:
        print_json({"removed": article.id})
    else:
        console.out().print(Text("Removed ").append_text(console.about(article)), soft_wrap=True)


def verify_record(settings: Settings, *, as_json: bool) -> int:
    """Check the record against itself."""
    with (
        Index(settings.home, server=vector_server(settings)) as index,
        console.waiting("Checking the record …"),
    ):
        problems = index.verify()
        checked = count_articles(index)
    if as_json:
        print_json({"articles": checked, "problems": problems})
    elif problems:
        for problem in problems:
            console.show_error(problem)
        console.out().print("Run `onrecord rebuild`: it makes everything again that comes from the articles.")
    else:
        console.out().print(f"All is well: {checked:,} articles, their chunks and vectors fit each other.")
    return FAILED if problems else DONE


def rebuild_record(settings: Settings, *, as_json: bool) -> None:
    """Make everything that is derived again."""
    with open_index(settings) as index:
        with IngestProgress() as stages:
            embedded = pipeline.rebuild(index, stages.rebuild)
        articles = count_articles(index)
    if as_json:
        print_json({"articles": articles, "embedded": embedded})
    else:
        console.out().print(f"Rebuilt: {articles:,} articles, {embedded:,} chunks embedded again.")


def flow(index: Index, settings: Settings) -> Any:
    """The answer flow that the settings ask for; what it needs begins to load, once for each index."""
    index.warm()
    from bot.answering.flow import AnswerFlow
    from bot.extractive.writer import ExtractiveWriter

    writer = ExtractiveWriter(index.embedder.embed)
    model = _model_writer(settings) if settings.model else None
    return AnswerFlow(index, writer, settings.threshold, settings.passages, model, settings.model_threshold)


def _model_writer(settings: Settings) -> Any:
    from bot.model.chat_model import load_chat_model
    from bot.model.retry_policy import ModelLimits
    from bot.model.writer import ModelWriter

    patience = ModelLimits(settings.answer_seconds, settings.first_word_seconds)
    return ModelWriter(load_chat_model(settings.model, settings.model_url, patience), settings.passage_tokens)


def count_articles(index: Index) -> int:
    """How many articles are on record."""
    with index.catalog.read() as snapshot:
        return snapshot.count()[0]


def _passages(index: Index, query: Query, k: int) -> list[Passage]:
    """What fits the question with what its words constrain; all that is near where nothing does."""
    return index.search(index.parse_question(query).query, k) or index.search(query, k)


def open_index(settings: Settings) -> Index:
    """The record, with the models that the settings name."""
    return Index(
        settings.home,
        open_embedder(settings),
        load_reranker(settings.reranker, settings.reranker_revision),
        vector_server(settings),
    )


def vector_server(settings: Settings) -> Server | None:
    """The server that the settings name for the vectors, if any."""
    return server_of(settings.vectors, settings.vectors_headers, settings.vectors_ca)


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model that the settings name, run as the record and they want it."""
    return load_embedder(
        settings.embedding_model,
        settings.embedding_revision,
        settings.encoder,
        Index.model_of(settings.home),
        waiting=console.waiting,
        tell=console.show_error,
    )


def _batch(path: Path, result: Callable[[Query], dict[str, Any]]) -> int:
    failed = 0
    for asked in read_questions(path):
        error = asked.error
        line: dict[str, Any] = {}
        if asked.query is not None:
            try:
                line = result(asked.query)
            except UsageError as mistake:
                error = f"Line {asked.line}: {mistake}"
        if error:
            failed += 1
            console.show_error(error)
            line = {"error": error}
        print_json({**({"id": asked.id} if asked.id is not None else {}), **line}, indent=None)
    return FAILED if failed else DONE
