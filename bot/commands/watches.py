"""`onrecord watch` and `onrecord watches`: questions that wait until the record holds their answer."""

import secrets
from collections.abc import Iterator
from dataclasses import replace

from bot.assembly import build_flow, count_articles, open_index
from bot.commands.exit_codes import DONE
from bot.json_output import answer_json, print_json
from bot.kept_answers.json_form import kept_json
from bot.kept_answers.keeping import keep_at_terminal, keep_question
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import TERMINAL, KeptAnswer
from bot.settings import Settings
from bot.terminal.answers import show_answer
from bot.terminal.plain_lines import say
from index.errors import UsageError
from index.query.date_spans import Span
from index.types import Query


def watch(settings: Settings, query: Query, command: str, *, still: bool, as_json: bool) -> int:
    """Answer a question that is on record, and keep the answer; let any other wait.

    With `still` it waits for a newer article even where one answers already: that answer may be wrong.
    Raises UsageError for a command where other machines write the record's database, too.
    """
    if command and settings.record.database:
        msg = (
            "--exec runs a command where the record is refreshed, and takes none from a database; leave it "
            "out, and run `onrecord recalls` after each refresh."
        )
        raise UsageError(msg)
    with open_index(settings) as index:
        answer = build_flow(index, settings).invoke(query)
        if answer.aside:
            raise UsageError(answer.aside)
        store, id_ = KeptAnswers(settings.record), secrets.token_hex(4)
        if answer.sentences and not still:
            id_ = keep_at_terminal(store, index.catalog, answer)[0].id
            kept = None
        else:
            kept = _same(store, query, command) or keep_question(
                store, index.catalog, id_, TERMINAL, query, command
            )
        if not as_json and answer.sentences:
            show_answer(answer, count_articles(index))
    if as_json:
        told = answer_json(answer) if answer.sentences else None
        if told and kept is None:
            told |= {"kept": id_}
        print_json({"watch": kept and kept_json(kept), "answer": told})
    elif kept is None:
        say(f"On record already, with a probability of {answer.score:.2f}. Kept as {id_}: `onrecord recalls`")
        say(
            "shows what becomes of it. If it answers nothing, `onrecord watch --still` waits for a newer one."
        )
    elif kept.id != id_:
        say(f"It waits already, since {kept.asked_on} (watch {kept.id}).")
    else:
        what = "run the command" if command else "say so"
        ahead = "Waiting for a newer article." if answer.sentences else "Not on record yet."
        say(f"{ahead} I ask again after each refresh, and {what} once it is (watch {kept.id}).")
    return DONE


def _same(store: KeptAnswers, query: Query, command: str) -> KeptAnswer | None:
    """What waits at the terminal for the same, within the same limits, to do the same."""
    waiting = store.waiting(TERMINAL) if KeptAnswers.exists(store.where) else []
    those = (kept for kept in waiting if kept.command == command)
    return next((kept for kept in those if replace(kept.query, now=query.now) == query), None)


def list_watches(settings: Settings, *, as_json: bool) -> None:
    """Print the questions that wait."""
    waiting = KeptAnswers(settings.record).waiting() if KeptAnswers.exists(settings.record) else []
    if as_json:
        print_json({"watches": [{**kept_json(kept), "exec": kept.command} for kept in waiting]})
        return
    if not waiting:
        say("No question waits.")
    for kept in waiting:
        parts = [f"since {kept.asked_on}", *_limits(kept.query), *(["in Slack"] * (kept.place != TERMINAL))]
        say((kept.id, "bold"), f"  {kept.query.text}", (f"  ({', '.join(parts)})", "dim"))


def _limits(query: Query) -> Iterator[str]:
    """The limits that were given beside the question, in words."""
    if query.since or query.until:
        yield f"published or updated {Span(query.since, query.until)}"
    if query.sources:
        yield f"by {' or '.join(query.sources)}"


def remove_watch(settings: Settings, id_: str, *, as_json: bool) -> None:
    """Let a question wait no longer. Raises UsageError where none has this id."""
    store = KeptAnswers(settings.record) if KeptAnswers.exists(settings.record) else None
    if store is None or not any(kept.id == id_ for kept in store.waiting()) or not store.forget(id_=id_):
        msg = f"No question waits with the id {id_!r}; `onrecord watches list` shows those that do."
        raise UsageError(msg)
    if as_json:
        print_json({"removed": id_})
    else:
        say(f"Removed the watch {id_}.")
