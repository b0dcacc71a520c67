"""Which of the scored sentences are shown: the best one, and others only where they add to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import AnswerType, contains_type, values_of_type
from bot.extractive.candidates import Candidate, is_quotable, stems_of
from bot.extractive.relevance import QuestionFeatures
from index.types import Status
from index.words import FUNCTION_WORDS

_MOST = 3
# How far below the best a further sentence may score, in units of `relevance`; and a rival account.
_MARGIN = 4.0
_RIVAL_MARGIN = 5.0
# Where the best holds the kind of thing asked for and this much of the question, it is the answer, and what
# follows has to come nearer.
_SURE, _SURE_MARGIN = 0.75, 1.5
# Sentences this alike say the same (cosine; share of the words that were shown), or speak of the same matter.
_SAME_MEANING, _SAME_WORDS, _SAME_MATTER, _SAME_EVENT = 0.9, 0.7, 0.55, 0.75
_SAME_SCOPE = 0.75
# What a withdrawn article says is shown only where nothing else comes near.
_WITHDRAWN = 5.0
_LONGEST_TOGETHER = 600

_NEEDS_BEFORE = re.compile(
    r"^[\"'“‘(]*(?:He|She|It|They|Him|Her|His|Hers|Its|Their|Theirs|This|That|These|Those|Such|Both|Neither|"
    r"There|But|And|So|Then|However|Instead|Meanwhile|"
    r"The (?:company|firm|group|agency|organi[sz]ation|team|club|party|court|bank|airline|charity|bill|law|"
    r"measure|move|decision|man|woman|boy|girl|pair|couple|two|three|former|latter|president|minister|singer|"
    r"actor|actress|author|report|study|suspect|victim|device|product|ship|vessel|storm|quake))\b"
)
_SPEAKER_UNNAMED = re.compile(r"\b(?:he|she|they) (?:said|says|added|told|wrote|tweeted|continued)\b")
_NAME_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class SelectedSentence:
    """A span to quote from the article of `candidate`: the sentence itself, or it with its neighbour."""

    candidate: Candidate
    start: int
    end: int


def select(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    scores: NDArray[np.floating],
    vectors: NDArray[np.floating],
) -> list[SelectedSentence]:
    """One to three picks, the best first, withdrawn ones last; none if there are no candidates.

    `vectors` are the sentences' embeddings, of length 1. A sentence that says again what is shown already is
    left out, unless another outlet gives another number, date or name in it: then both are shown.
    """
    ranked = scores - [_WITHDRAWN * (c.article.status is Status.WITHDRAWN) for c in found]
    order = np.argsort(-ranked, kind="stable")
    margin = _SURE_MARGIN if len(order) and _is_sure(asked, found[order[0]]) else _MARGIN
    chosen: list[int] = []
    for place in order:
        if len(chosen) == _MOST:
            break
        behind = float(ranked[order[0]] - ranked[place])
        rival = any(
            _disagree(asked, found[place], found[other], vectors[place] @ vectors[other]) for other in chosen
        )
        if behind > (_RIVAL_MARGIN if rival else margin):
            continue
        if rival or not any(_repeats(found, vectors, int(place), other) for other in chosen):
            chosen.append(int(place))
    chosen.sort(key=lambda place: found[place].article.status is Status.WITHDRAWN)
    return _joined([_with_neighbour(found[place]) for place in chosen])


def _is_sure(asked: QuestionFeatures, best: Candidate) -> bool:
    covered = asked.covered(set(stems_of(best.text)))
    return covered >= _SURE and contains_type(asked.kind, best.text, asked.known)


def _repeats(found: Sequence[Candidate], vectors: NDArray[np.floating], one: int, other: int) -> bool:
    """Whether sentence `one` says nothing that `other` does not say."""
    if float(vectors[one] @ vectors[other]) >= _SAME_MEANING:
        return True
    new, shown = (set(stems_of(found[place].text)) - FUNCTION_WORDS for place in (one, other))
    return len(new & shown) >= _SAME_WORDS * len(new)


def _disagree(asked: QuestionFeatures, one: Candidate, other: Candidate, alike: float) -> bool:
    """Whether two outlets answer with different values: each has one that the other lacks.

    An account of the same matter speaks of about as much of what was asked; less, and it only has a number in
    it.
    """
    if one.article.id == other.article.id or one.article.source == other.article.source:
        return False
    spoken, shown = (asked.covered(set(stems_of(c.text))) for c in (one, other))
    if spoken < _SAME_SCOPE * shown:
        return False
    if alike < (_SAME_MATTER if asked.kind in (AnswerType.NUMBER, AnswerType.TIME) else _SAME_EVENT):
        return False
    a, b = (values_of_type(asked.kind, c.text, asked.known) for c in (one, other))
    return bool(a - b and b - a)


def _with_neighbour(candidate: Candidate) -> SelectedSentence:
    """The sentence, with the one before it where it leans on that ("He", "The company")."""
    start = candidate.start
    if candidate.before and _leans(candidate.text):
        first, last = candidate.before
        text = candidate.article.text
        between = text[last:start]
        if (
            not between.strip()
            and between.count("\n") <= 2
            and candidate.end - first <= _LONGEST_TOGETHER
            and is_quotable(text[first:last])
        ):
            start = first
    return SelectedSentence(candidate, start, candidate.end)


def _leans(sentence: str) -> bool:
    if _NEEDS_BEFORE.match(sentence):
        return True
    return bool(_SPEAKER_UNNAMED.search(sentence)) and not _NAME_INSIDE.search(sentence)


def _joined(picks: Sequence[SelectedSentence]) -> list[SelectedSentence]:
    """Picks of which no two overlap or touch: those that do become one, in the place of the first."""
    joined: list[SelectedSentence] = []
    for pick in picks:
        for place, other in enumerate(joined):
            if _touch(pick, other):
                joined[place] = SelectedSentence(
                    other.candidate, min(pick.start, other.start), max(pick.end, other.end)
                )
                break
        else:
            joined.append(pick)
    return joined


def _touch(one: SelectedSentence, other: SelectedSentence) -> bool:
    if one.candidate.article.id != other.candidate.article.id:
        return False
    first, second = sorted((one, other), key=lambda pick: pick.start)
    if second.start < first.end:
        return True
    between = first.candidate.article.text[first.end : second.start]
    return not between.strip() and "\n" not in between and second.end - first.start <= _LONGEST_TOGETHER
