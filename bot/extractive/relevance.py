"""How well each candidate sentence answers the question: a weighted sum of what can be seen from outside."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import SPEECH_VERBS, AnswerType, contains_type, expected_type
from bot.extractive.candidates import Candidate
from bot.extractive.contradiction import contradicts
from bot.extractive.terms import present, specific, telling, without
from index.types import Passage
from index.words import words

# What each feature weighs, in the order of `features`. Fitted by tests/benchmarks/fit_answers.py on articles
# of all kinds, a year of news, and SQuAD, in equal parts: the chance that a sentence holds the answer, among
# the candidates of its question, as a softmax over them.
FEATURES = (
    "likeness", "its own words", "words with what it stands under", "its passage", "kind of answer",
    "place in the article", "says the opposite",
)  # fmt: skip
WEIGHTS = np.array([6.1, 1.8, 4.8, 0.33, 1.9, -0.6, -4.5])
SIMILARITY, CONTRADICTS = 0, 6

# Beyond so many, a place more says nothing: news tells first what it is about, a handbook does not.
_LAST_PLACE = 12
_NAME_WEIGHT = 1.5


@dataclass(frozen=True)
class QuestionFeatures:
    """A question, read once: what kind of answer it wants, and the terms to find around one.

    `weights` are by term: 1 each, more for names and numbers, which have no synonyms. `specific` are these.
    """

    text: str
    kind: AnswerType
    known: frozenset[str]
    weights: dict[str, float]
    specific: frozenset[str]

    @classmethod
    def read(cls, text: str) -> "QuestionFeatures":
        """What `text` asks."""
        named = specific(text)
        kind = expected_type(text)
        # What the kind has read is not looked for again: who "said" it need not "say" it.
        read = SPEECH_VERBS if kind is AnswerType.SPEECH else frozenset()
        weights = {term: 1.0 for term in telling(text) if term not in read}
        weights.update(dict.fromkeys(named, _NAME_WEIGHT))
        return cls(text, kind, frozenset(words(text)), weights, named)

    @property
    def predicate(self) -> str:
        """What is asked, the names left out: whom it is asked of is found easily, and often not answered."""
        return without(self.text, self.specific)

    def covered(self, held: frozenset[str]) -> float:
        """The share of the question's terms, by weight, that are among those `held`."""
        whole = sum(self.weights.values())
        return sum(w for term, w in self.weights.items() if term in held) / whole if whole else 0.0


def features(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    similarities: NDArray[np.floating],
) -> NDArray[np.float64]:
    """A row of `FEATURES` for each candidate.

    `similarities` are cosines of the question with each, read with what it stands under.
    """
    best = max((passage.score for passage in passages), default=0.0)
    shares = telling_shares(asked, found)
    rows = np.zeros((len(found), len(FEATURES)))
    for row, candidate, similarity in zip(rows, found, similarities, strict=True):
        text = candidate.text
        own = present(text)
        around = own | present(candidate.context)
        row[:] = (
            similarity,
            sum(share for term, share in shares.items() if term in own),
            sum(share for term, share in shares.items() if term in around),
            passages[candidate.passage - 1].score - best,
            asked.kind not in (AnswerType.OTHER, AnswerType.YES_NO)
            and contains_type(asked.kind, text, asked.known),
            np.log1p(min(candidate.piece.place, _LAST_PLACE)),
            # What says "no" answers "is it?" as well as what says "yes".
            asked.kind is not AnswerType.YES_NO and contradicts(asked.text, text),
        )
    return rows


def telling_shares(asked: QuestionFeatures, found: Sequence[Candidate]) -> dict[str, float]:
    """The question's terms, as shares of 1: the fewer of the candidates hold one, the more it tells.

    Terms that most of them hold are why they were found, and tell no candidate from another. The formula is
    that of `index.search.term_coverage.word_weights`.
    """
    held = Counter(term for c in found for term in asked.weights if term in present(c.text))
    weights = {
        term: math.log(1 + (len(found) - held[term] + 0.5) / (held[term] + 0.5)) for term in asked.weights
    }
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()}
