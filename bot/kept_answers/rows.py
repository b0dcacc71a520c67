"""Kept answers, quotes and findings as rows of the store, and back."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind
from index.types import Query

Row = tuple[Any, ...]
_PARTS = ("start", "end", "text", "sentences", "before", "after", "status", "note", "about")
_BODY = ("about", "old", "new", "note", "n", "answer")


def finding_of(row: Row) -> Finding:
    """From number, answer, kind, at and body."""
    number, answer, kind, at, body = row
    return Finding(answer, Kind(kind), number=number, at=at, **json.loads(body))


def body_of(finding: Finding) -> str:
    """What has no column of its own."""
    return json.dumps({part: getattr(finding, part) for part in _BODY})


def row_of(id_: str) -> Callable[[KeptQuote], Row]:
    """Makes rows of the quotes under an answer: answer, n, article, revision, quote."""

    def row(quote: KeptQuote) -> Row:
        stored = json.dumps({part: getattr(quote, part) for part in _PARTS})
        return id_, quote.n, quote.article_id, quote.revision, stored

    return row


def quote_of(row: Row) -> KeptQuote:
    """From n, article, revision and quote."""
    n, article, revision, stored = row
    parts = json.loads(stored)
    return KeptQuote(n, article, revision, **{**parts, "sentences": tuple(parts["sentences"])})


def answer_of(row: Row, quotes: tuple[KeptQuote, ...] = ()) -> KeptAnswer:
    """From id, place, query, said, command and at."""
    id_, place, query, said, command, at = row
    return KeptAnswer(id_, place, _query(query), at, said, quotes, command)


def query_json(query: Query) -> str:
    """A question with its limits."""
    days = {key: str(getattr(query, key) or "") for key in ("since", "until", "now")}
    return json.dumps({"text": query.text, **days, "sources": query.sources, "literally": query.literally})


def text_of_query_json(text: str) -> str:
    """What `query_json` begins with for every question of this text."""
    return json.dumps({"text": text})[:-1] + ","


def _query(stored: str) -> Query:
    given = json.loads(stored)
    since, until, now = (
        date.fromisoformat(given[key]) if given[key] else None for key in ("since", "until", "now")
    )
    sources = tuple(given["sources"])
    return Query(given["text"], since, until, sources, now, literally=given["literally"])
