"""How much of an article is quoted for a sentence: it alone, with what it leans on, or the list it is in."""

import re
from dataclasses import dataclass

from bot.extractive.answer_type import AnswerType
from bot.extractive.candidates import Candidate, is_quotable
from bot.extractive.layout import Kind
from bot.extractive.relevance import QuestionFeatures

_LONGEST_TOGETHER = 600
# Of a list so many lines are quoted, its lead-in included.
_MOST_LINES = 12
_LONGEST_REPLY = 400

# A sentence that begins with a pronoun, or with a thing that it takes for known and does not name.
_LEANS = re.compile(
    r"[\"'“‘(]*(?:He|She|It|They|Him|Her|His|Hers|Its|Their|Theirs|This|That|These|Those|Such|Both|Neither|"
    r"There|But|And|So|Then|However|Instead|Meanwhile)\b"
)
_TAKES_FOR_KNOWN = re.compile(r"[\"'“‘(]*The [a-z]")
_NAME_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
# A question for how something is done, or for more than one thing, wants the whole list.
_ASKS_FOR_ALL = re.compile(
    r"\bhow (?:do|can|should|to|does)\b|\b(?:what|which) (?:are|\w+ \w*s|\w+s)\b|\blist\b|\ball\b",
    re.IGNORECASE,
)
_WANTS_EACH_STEP = (AnswerType.METHOD, AnswerType.OTHER)


@dataclass(frozen=True, slots=True)
class Extent:
    """A span to quote; `more` lines of its list follow that are left out."""

    start: int
    end: int
    more: int = 0


def extent(asked: QuestionFeatures, candidate: Candidate) -> Extent:
    """What is quoted for `candidate`: always one run of the stored text."""
    piece = candidate.piece
    if piece.whole and (
        piece.kind is Kind.LEAD_IN
        # One step, or one point of some minutes, is enough where a day, a person or a number is asked for.
        or (piece.kind is Kind.STEP and asked.kind in _WANTS_EACH_STEP)
        or (piece.kind in (Kind.ITEM, Kind.STEP) and _ASKS_FOR_ALL.search(asked.text))
    ):
        return _listed(candidate.article.text, *piece.whole)
    if piece.whole and piece.kind is Kind.SENTENCE and piece.whole[1] - piece.whole[0] <= _LONGEST_REPLY:
        return Extent(*piece.whole)
    return _with_neighbour(candidate)


def _listed(text: str, start: int, end: int) -> Extent:
    lines = [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text[start:end])]
    if len(lines) <= _MOST_LINES:
        return Extent(start, end)
    return Extent(start, start + lines[_MOST_LINES - 1][1], len(lines) - _MOST_LINES)


def _with_neighbour(candidate: Candidate) -> Extent:
    """The sentence, with the one before it in its paragraph where it leans on that ("He", "The company")."""
    start = candidate.start
    if candidate.before and _leans(candidate.text):
        first, last = candidate.before
        if candidate.end - first <= _LONGEST_TOGETHER and is_quotable(candidate.article.text[first:last]):
            start = first
    return Extent(start, candidate.end)


def _leans(sentence: str) -> bool:
    if _LEANS.match(sentence):
        return True
    return bool(_TAKES_FOR_KNOWN.match(sentence)) and not _NAME_INSIDE.search(sentence)
