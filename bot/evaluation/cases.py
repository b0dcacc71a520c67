"""The file of questions to measure with: what is asked, and what is known to be right."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.question_input import query_of
from index.errors import UsageError
from index.search.hybrid import check_question
from index.types import Query

_MAX_KIND = 40


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is known of it. `answers` are strings of which any one counts.

    `id` pairs a question with itself in another run; it is the question's text where the file gives none.
    """

    line: int
    id: str
    query: Query
    kind: str
    answerable: bool
    gold_articles: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that cannot be measured with, and why, in one sentence."""

    line: int
    sentence: str


def read_cases(path: Path, given: Mapping[str, Any] = MappingProxyType({})) -> Iterator[Case | Mistake]:
    """Every line of a JSON Lines file ("-" is standard input); blank lines are passed over.

    What is `given` ("since", "source" and the like) holds for lines that do not say otherwise.
    Raises UsageError where the file cannot be read. An id may be used once: it is what runs are paired by.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        msg = f"The file of questions {path} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    first_used: dict[str, int] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = _case(number, line, given)
            before = first_used.setdefault(case.id, number)
            if before != number:
                msg = f"line {before} has the same id; give each question one of its own."
                raise UsageError(msg)
        except UsageError as mistake:
            yield Mistake(number, f"Line {number}: {mistake}")
        else:
            yield case


def _case(number: int, line: bytes, constraints: Mapping[str, Any]) -> Case:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = f"it is not JSON: {error}."
        raise UsageError(msg) from error
    if not isinstance(given, dict):
        msg = 'it is not an object with a "question".'
        raise UsageError(msg)
    # Collections of questions say "asked" for the day on which they were asked.
    said = {**given, "now": given.get("now") or given.get("asked")}
    query = query_of({**said, **{key: said.get(key) or held for key, held in constraints.items()}})
    check_question(query.text)
    id_ = given.get("id")
    if id_ is not None and (isinstance(id_, bool) or not isinstance(id_, str | int)):
        msg = 'its "id" must be text or a whole number.'
        raise UsageError(msg)
    gold_articles, answers = _texts(given, "gold_articles"), _texts(given, "answers")
    return Case(
        number,
        query.text if id_ is None or id_ == "" else str(id_),
        query,
        _kind(given.get("kind"), query.text),
        _answerable(given.get("unanswerable"), known=bool(gold_articles or answers)),
        gold_articles,
        answers,
    )


def _texts(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key)
    listed = [value] if isinstance(value, str) else value or []
    if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
        msg = f'its "{key}" must be text or a list of texts.'
        raise UsageError(msg)
    return tuple(dict.fromkeys(listed))


def _answerable(unanswerable: Any, *, known: bool) -> bool:
    if unanswerable is not None and not isinstance(unanswerable, bool):
        msg = 'its "unanswerable" must be true or false.'
        raise UsageError(msg)
    if unanswerable and known:
        msg = "it is called unanswerable, and yet has gold articles or answers."
        raise UsageError(msg)
    if not unanswerable and not known:
        msg = 'nothing is known of the answer; give "gold_articles", "answers" or "unanswerable": true.'
        raise UsageError(msg)
    return not unanswerable


_KINDS = (
    ("how many", r"how (?:many|much)"),
    ("how", r"how"),
    ("who", r"who|whom|whose"),
    ("when", r"when"),
    ("where", r"where"),
    ("why", r"why"),
    ("what", r"what|which"),
)
_ASKS = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for _, pattern in _KINDS) + r")\b(?!['’-])", re.IGNORECASE
)
_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)\b", re.IGNORECASE
)


def _kind(given: Any, question: str) -> str:
    if given is None or given == "":
        return kind_of(question)
    if not isinstance(given, str):
        msg = 'its "kind" must be text.'
        raise UsageError(msg)
    # It is printed as it is, so nothing in it may command a terminal.
    return "".join(c for c in given if c.isprintable()).strip()[:_MAX_KIND] or kind_of(question)


def kind_of(question: str) -> str:
    """The question's first question word ("which" counts as what), "yes or no", or "other".

    A question may follow a statement, or a statement a question: the last sentence that asks decides.
    """
    for part in reversed([part for part in re.split(r"(?<=[.!?])\s+", question.strip()) if part]):
        if _YES_NO.match(part):
            return "yes or no"
        if asks := _ASKS.search(part):
            return _KINDS[(asks.lastindex or 1) - 1][0]
    return "other"
