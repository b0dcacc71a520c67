"""Questions as they come in, from the command line or a file of them, made into queries."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

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

    Days are written 2026-03-12. Raises UsageError with a sentence for what is not as it should be.
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
    days = {key: _day(key, given.get(key)) for key in ("since", "until", "now")}
    literally = bool(given.get("literally"))
    return Query(text, days["since"], days["until"], tuple(sources), days["now"], literally=literally)


def read_questions(path: Path) -> Iterator[QuestionLine]:
    """Every line of a JSON Lines file ("-" is standard input); blank lines are passed over.

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
        given = json.loads(line)
    except ValueError as error:
        return QuestionLine(number, error=f"Line {number} is not JSON: {error}.")
    if not isinstance(given, dict):
        return QuestionLine(number, error=f'Line {number} is not an object with a "question".')
    try:
        return QuestionLine(number, given.get("id"), query_of(given))
    except UsageError as error:
        return QuestionLine(number, given.get("id"), error=f"Line {number}: {error}")


def _day(key: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"The day for {key!r} is {value!r}; write it as 2026-03-12."
        raise UsageError(msg) from None
