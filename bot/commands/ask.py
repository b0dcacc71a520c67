"""What `onrecord ask` and `onrecord search` do, for one question or a file of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.assembly import build_flow, count_articles, open_index
from bot.commands.exit_codes import DONE, FAILED, NOT_ON_RECORD
from bot.json_output import answer_json, passages_json, print_json
from bot.kept_answers.store import KeptAnswers
from bot.question_input import read_questions
from bot.refusals import refusal
from bot.settings import Settings
from bot.terminal import answers, console, last_shown
from bot.types import Answer, Outcome
from index.errors import UsageError
from index.store import Index
from index.types import Query


def ask_one(
    settings: Settings,
    query: Query,
    form: str,
    *,
    verbose: bool = False,
    explain: bool = False,
    keep: bool = False,
) -> int:
    """Answer one question: as text, a sentence at a time; as "json", or in a style of `bot.citing.styles`.

    `keep` looks at the answer after each refresh.
    """
    from bot.terminal.answer_stream import show_events, show_explanation, show_running

    with open_index(settings) as index:
        answer_flow = build_flow(index, settings)
        articles = count_articles(index)
        if form == "text":
            answer = show_events(answer_flow.events(query), articles)
            if explain:
                show_explanation(answer, settings.threshold)
        else:
            with console.waiting("Searching the record …"):
                answer = answer_flow.invoke(query)
        kept, said = _kept(settings, index, answer) if keep else ({}, "")
        if form == "json":
            print_json({**answer_json(answer, threshold=settings.threshold if explain else None), **kept})
        elif form != "text":
            _print_draft(form, answer, articles)
        if said and form != "json":
            console.show_note(said)
        if verbose:
            show_running(answer)
    last_shown.remember(settings.home, _shown(answer))
    return DONE if answer.outcome is Outcome.ANSWERED else NOT_ON_RECORD


def _print_draft(style: str, answer: Answer, articles: int) -> None:
    """Print an answer for a draft; where the matter is not on record, that."""
    from bot.citing.draft import draft
    from bot.citing.styles import DATABASES

    if answer.outcome is Outcome.ANSWERED:
        console.print_whole(draft(answer, style))
    elif style in DATABASES:
        # What reads these takes nothing but entries.
        console.show_error(refusal(answer, articles))
    else:
        answers.show_answer(answer, articles)


def _shown(answer: Answer) -> list[str]:
    """The ids of the articles below an answer, by their numbers; of a refusal those that are nearest."""
    if answer.outcome is Outcome.ANSWERED:
        return [citation.quote.article.id for citation in answer.citations]
    return [article.id for article in answer.nearest]


def ask_batch(settings: Settings, path: Path, *, explain: bool = False, keep: bool = False) -> int:
    """Answer a file of questions, an object a line; `keep` as for one."""
    threshold = settings.threshold if explain else None
    with open_index(settings) as index:
        answer_flow = build_flow(index, settings)

        def answer(query: Query) -> dict[str, Any]:
            given: Answer = answer_flow.invoke(query)
            kept, _ = _kept(settings, index, given) if keep else ({}, "")
            return {**answer_json(given, threshold=threshold), **kept}

        return _batch(path, answer)


def _kept(settings: Settings, index: Index, answer: Answer) -> tuple[dict[str, str], str]:
    """Keep the answer; the id that it is kept by, and what people are told."""
    if answer.aside:
        return {}, ""
    from bot.kept_answers.keeping import keep_at_terminal

    kept, before = keep_at_terminal(KeptAnswers(settings.record), index.catalog, answer)
    instead = f" in place of what was kept on {before.asked_on}" if before else ""
    return {"kept": kept.id}, f"Kept as {kept.id}{instead}; `onrecord recalls` shows what becomes of it."


def search_one(settings: Settings, query: Query, limit: int, form: str) -> int:
    """Show the passages for one query."""
    with open_index(settings) as index:
        index.warm()
        with console.waiting("Searching the record …"):
            found = index.retrieve_as_read(query, limit)
        if form == "json":
            print_json(passages_json(query.text, found))
        elif form == "markdown":
            from bot.citing.passages import passages_markdown

            console.print_whole(passages_markdown(found.passages))
        else:
            answers.show_passages(query.text, found)
    last_shown.remember(settings.home, [passage.article.id for passage in found.passages])
    return DONE if found.passages else NOT_ON_RECORD


def search_batch(settings: Settings, path: Path, limit: int) -> int:
    """Show the passages for a file of queries, an object a line."""
    with open_index(settings) as index:
        return _batch(path, lambda query: passages_json(query.text, index.retrieve_as_read(query, limit)))


def _batch(path: Path, result: Callable[[Query], dict[str, Any]]) -> int:
    failed = 0
    asked_all = list(read_questions(path))
    for asked in console.counted(asked_all, "question"):
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
