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
# Who asks how something is done, or what there is, wants the whole list; of a day, a person or a number one
# point of it is enough.
_WANTS_THE_LIST = (AnswerType.METHOD, AnswerType.NAME, AnswerType.OTHER)


@dataclass(frozen=True, slots=True)
class Extent:
    """A span to quote; `more` lines of its list follow that are left out."""

    start: int
    end: int
    more: int = 0


def extent(asked: QuestionFeatures, candidate: Candidate) -> Extent:
    """What is quoted for `candidate`: always one run of the stored text."""
    piece = candidate.piece
    listed = piece.kind in (Kind.ITEM, Kind.STEP) and asked.kind in _WANTS_THE_LIST
    if piece.whole and (listed or piece.kind is Kind.LEAD_IN):
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
    start, end = candidate.piece.start, candidate.piece.end
    if candidate.before and _leans(candidate.text):
        first, last = candidate.before
        if end - first <= _LONGEST_TOGETHER and is_quotable(candidate.article.text[first:last]):
            start = first
    return Extent(start, end)


def _leans(sentence: str) -> bool:
    if _LEANS.match(sentence):
        return True
    return bool(_TAKES_FOR_KNOWN.match(sentence)) and not _NAME_INSIDE.search(sentence)
