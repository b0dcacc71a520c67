"""Questions as they come in, from the command line or a file of them, made into queries."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.given_days import Bound, day_given
from index.errors import UsageError
from index.types import Query


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line of a file of questions: the query, or what is wrong with it; `id` is given back as it came."""

    line: int
    id: Any = None
    query: Query | None = None
    error: str = ""


def query_of(given: Mapping[str, Any]) -> Query:
    """A query from "question", "since", "until", "source" (one or a list), "now" and "literally".

    Days are as `bot.given_days` reads them, from the day "now" where that is given. Raises UsageError with a
    sentence for what is not as it should be.
    """
    text = given.get("question")
    if not isinstance(text, str):
        msg = 'A question must be text, under the key "question".'
        raise UsageError(msg)
    sources = given.get("source") or ()
    sources = (sources,) if isinstance(sources, str) else sources
    if not isinstance(sources, list | tuple) or not all(isinstance(source, str) for source in sources):
        msg = "A source must be the name of an outlet."
        raise UsageError(msg)
    literally = true_or_false(given, "literally")
    today = datetime.now().astimezone().date()
    now = _day("now", given.get("now"), today)
    since = _day("since", given.get("since"), now or today)
    until = _day("until", given.get("until"), now or today)
    return Query(text, since, until, tuple(sources), now, literally=literally)


def true_or_false(given: Mapping[str, Any], name: str) -> bool:
    """A choice, false by default. Raises UsageError."""
    value = given.get(name)
    if not isinstance(value, bool | None):
        msg = f"{name} must be true or false, not {str(value)[:100]!r}."
        raise UsageError(msg)
    return bool(value)


def read_questions(path: Path) -> Iterator[QuestionLine]:
    """Every line of a file ("-" is standard input), JSON or a bare question; blank lines are passed over.

    Raises UsageError where the file cannot be read; a line that is wrong comes with its error.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        msg = f"The file of questions {path} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            yield _asked(number, line)


def _asked(number: int, line: bytes) -> QuestionLine:
    try:
        text = line.decode("utf-8-sig").strip()
        given = json.loads(text)
    except UnicodeDecodeError:
        return QuestionLine(number, error=f"Line {number} holds bytes that are no text; write it in UTF-8.")
    except (ValueError, RecursionError) as error:
        if not text.startswith(_JSON):
            return QuestionLine(number, query=query_of({"question": text}))
        return QuestionLine(number, error=f"Line {number} is not JSON: {error}.")
    if not isinstance(given, dict):
        return QuestionLine(number, error=f'Line {number} is not an object with a "question".')
    try:
        return QuestionLine(number, given.get("id"), query_of(given))
    except UsageError as error:
        return QuestionLine(number, given.get("id"), error=f"Line {number}: {error}")


# What begins so is meant to be JSON; anything else that is none is a question as it stands.
_JSON = ("{", "[", '"')


def _day(bound: Bound, value: Any, today: date) -> date | None:
    if value is None or value == "":
        return None
    return day_given(str(value), bound, today)
