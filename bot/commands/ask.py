"""What `onrecord ask` and `onrecord search` do, for one question or a file of them."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.assembly import build_flow, count_articles, open_index
from bot.commands.exit_codes import DONE, FAILED, NOT_ON_RECORD
from bot.json_output import answer_json, passages_json, print_json
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import TERMINAL
from bot.question_input import read_questions
from bot.settings import Settings
from bot.terminal import answers, console
from bot.types import Answer, Outcome
from index.errors import UsageError
from index.store import Index
from index.types import Query


def ask_one(
    settings: Settings,
    query: Query,
    *,
    as_json: bool,
    verbose: bool = False,
    explain: bool = False,
    keep: bool = False,
) -> int:
    """Answer one question, a sentence at a time; `keep` looks at the answer after each refresh."""
    from bot.terminal.answer_stream import show_events, show_explanation, show_running

    threshold = settings.threshold if explain else None
    with open_index(settings) as index:
        answer_flow = build_flow(index, settings)
        if as_json:
            with console.waiting("Searching the record …"):
                answer = answer_flow.invoke(query)
            kept = _kept(settings, index, answer, keep=keep)
            print_json({**answer_json(answer, threshold=threshold), **kept})
        else:
            answer = show_events(answer_flow.events(query), count_articles(index))
            if explain:
                show_explanation(answer, settings.threshold)
            if said := _kept(settings, index, answer, keep=keep):
                console.show_note(f"Kept as {said['kept']}; `onrecord recalls` shows what becomes of it.")
        if verbose:
            show_running(answer)
    return DONE if answer.outcome is Outcome.ANSWERED else NOT_ON_RECORD


def ask_batch(settings: Settings, path: Path, *, explain: bool = False, keep: bool = False) -> int:
    """Answer a file of questions, an object a line; `keep` as for one."""
    threshold = settings.threshold if explain else None
    with open_index(settings) as index:
        answer_flow = build_flow(index, settings)

        def answer(query: Query) -> dict[str, Any]:
            given: Answer = answer_flow.invoke(query)
            kept = _kept(settings, index, given, keep=keep)
            return {**answer_json(given, threshold=threshold), **kept}

        return _batch(path, answer)


def _kept(settings: Settings, index: Index, answer: Answer, *, keep: bool) -> dict[str, str]:
    """Keep the answer where that is wanted; the id that it is kept by."""
    if not keep or answer.aside:
        return {}
    from bot.kept_answers.keeping import keep_answer

    id_ = secrets.token_hex(4)
    keep_answer(KeptAnswers(settings.home), index.catalog, id_, TERMINAL, answer)
    return {"kept": id_}


def search_one(settings: Settings, query: Query, k: int, *, as_json: bool) -> int:
    """Show the passages for one query."""
    with open_index(settings) as index:
        index.warm()
        with console.waiting("Searching the record …"):
            passages = index.retrieve(query, k)
        if as_json:
            print_json(passages_json(query.text, passages))
        else:
            answers.show_passages(query.text, passages)
    return DONE if passages else NOT_ON_RECORD


def search_batch(settings: Settings, path: Path, k: int) -> int:
    """Show the passages for a file of queries, an object a line."""
    with open_index(settings) as index:
        return _batch(path, lambda query: passages_json(query.text, index.retrieve(query, k)))


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
