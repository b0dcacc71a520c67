"""Puts an answer among the kept ones, or a question among those that wait."""

import secrets
import time
from dataclasses import replace
from datetime import datetime

from bot.kept_answers.look_over import where_it_is
from bot.kept_answers.quote_check import kept_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import TERMINAL, KeptAnswer
from bot.types import Answer
from index.catalog.catalog import Catalog
from index.query.date_spans import Span, named_span
from index.types import Query


def keep_answer(store: KeptAnswers, catalog: Catalog, id_: str, place: str, answer: Answer) -> KeptAnswer:
    """Keep a finished answer whose quotes come with the text of their articles."""
    text = answer.standalone or answer.query.text
    said = answer.sentences[0].text if answer.sentences else ""
    quotes = tuple(map(kept_quote, answer.citations))
    kept = KeptAnswer(id_, place, _dated(replace(answer.query, text=text)), time.time(), said, quotes)
    return _keep(store, catalog, kept)


def keep_at_terminal(
    store: KeptAnswers, catalog: Catalog, answer: Answer
) -> tuple[KeptAnswer, KeptAnswer | None]:
    """Keep an answer of the command line, in place of that to the same question; both.

    It keeps the id of the one before, so that what somebody wrote down still means it.
    """
    asked = _dated(replace(answer.query, text=answer.standalone or answer.query.text))
    exists = KeptAnswers.exists(store.where)
    those = store.to_the_text(asked.text, TERMINAL) if exists else []
    alike = [one for one in those if one.waits != bool(answer.citations) and _same(one.query, asked)]
    before = alike[-1] if alike else None
    id_ = before.id if before else secrets.token_hex(4)
    return keep_answer(store, catalog, id_, TERMINAL, answer), before


def _same(one: Query, other: Query) -> bool:
    """Whether two questions of the same words ask the same, whenever they were asked."""
    # "This week" was another week.
    same_days = _days_named(one) == _days_named(other)
    return same_days and replace(one, now=None, topic="") == replace(other, now=None, topic="")


def _days_named(query: Query) -> Span | None:
    named = named_span(query.text, query.now) if query.now else None
    return named.days if named else None


def keep_question(
    store: KeptAnswers, catalog: Catalog, id_: str, place: str, query: Query, command: str = ""
) -> KeptAnswer:
    """Let a question wait for its answer; `command` is run when it is there."""
    return _keep(store, catalog, KeptAnswer(id_, place, _dated(query), time.time(), command=command))


def _keep(store: KeptAnswers, catalog: Catalog, kept: KeptAnswer) -> KeptAnswer:
    with catalog.read() as snapshot:
        looked = where_it_is(snapshot)
    store.keep(kept, looked)
    return kept


def _dated(query: Query) -> Query:
    return query if query.now else replace(query, now=datetime.now().astimezone().date())
