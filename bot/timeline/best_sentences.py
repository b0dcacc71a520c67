"""Which of the sentences that tell of a day are shown."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.disagreement import told_differently
from bot.extractive.candidates import stems_of
from bot.timeline.dated_sentences import DatedSentence
from bot.types import Citation, Quote
from index.words import FUNCTION_WORDS

# Sentences this alike say the same (cosine; share of words).
_SAME_MEANING, _SAME_WORDS = 0.9, 0.7
# What each further day that a sentence names takes from it.
_BESIDE = 0.1


def best_sentences(
    told: Sequence[DatedSentence], topic: NDArray[np.floating], vectors: NDArray[np.floating]
) -> list[DatedSentence]:
    """The sentences that differ, where some do; else one, or two where another outlet says something else.

    The best is near the topic and to what the others say of the day, and names no day besides.
    """
    by_quote = {_claimed(one): one for one in told}
    if differing := told_differently(list(by_quote)):
        return [by_quote[side.citations[0]] for side in differing.sides[:2]]
    beside = np.array([one.days - 1 for one in told])
    order = np.argsort(
        -(vectors @ topic + (vectors @ vectors.T).mean(axis=1) - _BESIDE * beside), kind="stable"
    )
    first = told[order[0]]
    others = [
        told[place]
        for place in order[1:]
        if told[place].article.source != first.article.source
        and not repeats(told[place], first, float(vectors[place] @ vectors[order[0]]))
    ]
    return [first, *others[:1]]


def repeats(one: DatedSentence, other: DatedSentence, alike: float) -> bool:
    """Whether two sentences, this `alike` by cosine, say the same."""
    new, shown = (set(stems_of(s.text)) - FUNCTION_WORDS for s in (one, other))
    return alike >= _SAME_MEANING or len(new & shown) >= _SAME_WORDS * len(new)


def _claimed(one: DatedSentence) -> Citation:
    """A sentence as a citation, to compare with others; what is shown is verified."""
    return Citation(0, Quote(one.article, one.piece.start, one.piece.end, one.text))
