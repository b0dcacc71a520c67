"""Which of the scored sentences are shown: the best one, and others only where they add to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import AnswerType, contains_type, values_of_type
from bot.extractive.candidates import Candidate, stems_of
from bot.extractive.contradiction import contradicts
from bot.extractive.extent import Extent, extent
from bot.extractive.relevance import QuestionFeatures
from bot.extractive.terms import present
from bot.negation import NEGATIVE
from index.search.accounts import says_another_thing
from index.words import FUNCTION_WORDS

_MOST = 3
# How far below the best a further sentence may score, in units of `relevance`; and a rival account.
_MARGIN = 3.5
_RIVAL_MARGIN = 4.4
# Where the best holds the kind of thing asked for and this much of the question, it is the answer, and what
# follows has to come nearer.
_SURE, _SURE_MARGIN = 0.75, 1.3
# Sentences this alike say the same (cosine; share of the words that were shown), or speak of the same matter.
_SAME_MEANING, _SAME_WORDS, _SAME_MATTER = 0.9, 0.7, 0.5
# Of these a later account takes the place of an earlier one; people and places may well be several.
_DATED = (AnswerType.NUMBER, AnswerType.MONEY, AnswerType.TIME, AnswerType.YES_NO)
# How much of what was asked an account must speak of, against the one that is shown; less will do where the
# two are this alike: "the closure has been put off" is about what "will close".
_SAME_SCOPE = 0.75
_SAME_EVENT = 0.65
_LONGEST_TOGETHER = 600


@dataclass(frozen=True, slots=True)
class SelectedSentence:
    """A span to quote from the article of `candidate`; `earlier` where a newer account of it is shown too.

    `rival` where another account gives another value.
    """

    candidate: Candidate
    extent: Extent
    earlier: bool = False
    rival: bool = False


def select(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    scores: NDArray[np.floating],
    vectors: NDArray[np.floating],
) -> list[SelectedSentence]:
    """One to three picks, the best first; none if there are no candidates.

    `vectors` are the sentences' embeddings, of length 1. A sentence that says again what is shown already is
    left out, unless it gives another number, date or name: then both are shown, the newer first.
    """
    order = np.argsort(-scores, kind="stable")
    margin = _SURE_MARGIN if len(order) and _is_sure(asked, found[order[0]]) else _MARGIN
    chosen: list[int] = []
    rivals: set[int] = set()
    for place in order:
        if len(chosen) == _MOST:
            break
        behind = float(scores[order[0]] - scores[place])
        disagreeing = (
            n for n in chosen if _disagree(asked, found[place], found[n], vectors[place] @ vectors[n])
        )
        rival = next(disagreeing, None)
        if behind > (_RIVAL_MARGIN if rival is not None else margin):
            continue
        if rival is not None:
            rivals |= {rival, int(place)}
        if rival is not None or not any(_repeats(found, vectors, int(place), other) for other in chosen):
            chosen.append(int(place))
    dated = rivals if asked.kind in _DATED else set()
    latest = max((_day(found[place]) for place in dated), default=date.min)
    picks = [
        SelectedSentence(c, extent(asked, c), place in dated and _day(c) < latest, place in dated)
        for place in chosen
        for c in (found[place],)
    ]
    # The newest of those that disagree comes first, wherever it scored.
    return sorted(_joined(picks), key=lambda pick: pick.earlier)


def _day(candidate: Candidate) -> date:
    return candidate.article.latest_day or date.min


def _is_sure(asked: QuestionFeatures, best: Candidate) -> bool:
    held = present(best.text) | present(best.heads)
    return asked.covered(held) >= _SURE and contains_type(asked.kind, best.text, asked.known)


def _repeats(found: Sequence[Candidate], vectors: NDArray[np.floating], one: int, other: int) -> bool:
    """Whether sentence `one` says nothing that `other` does not say."""
    apart = found[one].article.id != found[other].article.id
    if apart and float(vectors[one] @ vectors[other]) >= _SAME_MEANING:
        return True
    new, shown = (set(stems_of(found[place].text)) - FUNCTION_WORDS for place in (one, other))
    return len(new & shown) >= _SAME_WORDS * len(new)


def _disagree(asked: QuestionFeatures, one: Candidate, other: Candidate, alike: float) -> bool:
    """Whether two articles answer with different values: each has one that the other lacks.

    An account of the same matter speaks of about as much of what was asked; less, and it only has a number in
    it. What the question names, the one has to name as the other does: another quarter is another matter. An
    outlet that wrote twice on one day does not disagree with itself.
    """
    if one.article.id == other.article.id:
        return False
    if one.article.source == other.article.source and _day(one) == _day(other):
        return False
    named, shown_names = (asked.specific & asked.held(f"{c.heads}\n{c.text}") for c in (one, other))
    if shown_names - named:
        return False
    predicate = asked.wanted - asked.specific
    spoken, shown = (len(predicate & (present(c.text) | present(c.heads))) for c in (one, other))
    if alike < (_SAME_MATTER if spoken >= _SAME_SCOPE * shown else _SAME_EVENT):
        return False
    if asked.kind is AnswerType.YES_NO:
        denying = [bool(NEGATIVE.search(candidate.text)) for candidate in (one, other)]
        return denying[0] != denying[1] or contradicts(one.text, other.text)
    a, b = (values_of_type(asked.kind, c.text, asked.known) for c in (one, other))
    return bool(a - b and b - a) or _is_altered(one.text, other.text)


def _is_altered(one: str, other: str) -> bool:
    """Whether one of two sentences was made from the other: one may be given a value of any kind.

    A passage may be cut at its ends, which are not compared; a sentence is whole.
    """
    return says_another_thing(f"a {one} z", f"a {other} z")


def _joined(picks: Sequence[SelectedSentence]) -> list[SelectedSentence]:
    """Picks of which no two overlap or touch: those that do become one, in the place of the first."""
    joined: list[SelectedSentence] = []
    for pick in picks:
        for place, other in enumerate(joined):
            if _touch(pick, other):
                start = min(pick.extent.start, other.extent.start)
                end = max(pick.extent.end, other.extent.end)
                more = max(pick.extent.more, other.extent.more)
                earlier, rival = pick.earlier or other.earlier, pick.rival or other.rival
                joined[place] = replace(other, extent=Extent(start, end, more), earlier=earlier, rival=rival)
                break
        else:
            joined.append(pick)
    return joined


def _touch(one: SelectedSentence, other: SelectedSentence) -> bool:
    if one.candidate.article.id != other.candidate.article.id:
        return False
    first, second = sorted((one.extent, other.extent), key=lambda extent: extent.start)
    if second.start < first.end:
        return True
    between = one.candidate.article.text[first.end : second.start]
    return not between.strip() and "\n" not in between and second.end - first.start <= _LONGEST_TOGETHER
