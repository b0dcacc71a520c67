"""Puts an answer among the kept ones, or a question among those that wait."""

import time
from dataclasses import replace
from datetime import datetime

from bot.kept_answers.look_over import where_it_is
from bot.kept_answers.quote_check import kept_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import KeptAnswer
from bot.types import Answer
from index.catalog.catalog import Catalog
from index.types import Query


def keep_answer(store: KeptAnswers, catalog: Catalog, id_: str, place: str, answer: Answer) -> KeptAnswer:
    """Keep a finished answer whose quotes come with the text of their articles."""
    text = answer.standalone or answer.query.text
    said = answer.sentences[0].text if answer.sentences else ""
    quotes = tuple(map(kept_quote, answer.citations))
    kept = KeptAnswer(id_, place, _dated(replace(answer.query, text=text)), time.time(), said, quotes)
    return _keep(store, catalog, kept)


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
