"""How well each candidate sentence answers the question: a weighted sum of what can be seen from outside."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import AnswerType, contains_type, expected_type
from bot.extractive.candidates import Candidate
from bot.extractive.contradiction import contradicts
from bot.extractive.terms import present, specific, telling, terms
from index.types import Passage
from index.words import words

FEATURES = (
    "similarity", "similarity in context", "covered", "covered in context", "rarest", "passage", "kind",
    "new words", "place", "pairs", "passage similarity", "absent", "absent nearby", "contradicts", "laid out",
)  # fmt: skip
WEIGHTS = np.zeros(len(FEATURES))
PASSAGE = FEATURES.index("passage")

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
    pairs: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def read(cls, text: str) -> "QuestionFeatures":
        """What `text` asks."""
        named = specific(text)
        weights = {term: 1.0 for term in telling(text)}
        weights.update({term: _NAME_WEIGHT for term in named})
        return cls(
            text, expected_type(text), frozenset(words(text)), weights, named, tuple(pairwise(terms(text)))
        )

    def covered(self, held: frozenset[str]) -> float:
        """The share of the question's terms, by weight, that are among those `held`."""
        whole = sum(self.weights.values())
        return sum(w for term, w in self.weights.items() if term in held) / whole if whole else 0.0


def features(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    similarities: NDArray[np.floating],
    in_context: NDArray[np.floating],
) -> NDArray[np.float64]:
    """A row of `FEATURES` for each candidate; both likenesses are cosines of the question with each."""
    best = max((passage.score for passage in passages), default=0.0)
    shares = _telling(asked, found)
    rarest = max(shares.values(), default=0.0)
    rows = np.zeros((len(found), len(FEATURES)))
    for row, candidate, alone, together in zip(rows, found, similarities, in_context, strict=True):
        text = candidate.text
        own, context = present(text), present(candidate.context)
        around = own | context
        article = candidate.article
        paired = set(pairwise(terms(text)))
        passage = passages[candidate.passage - 1]
        row[:] = (
            alone,
            together,
            sum(share for term, share in shares.items() if term in own),
            sum(share for term, share in shares.items() if term in around),
            any(share >= 0.999 * rarest and term in own for term, share in shares.items()),
            passage.score - best,
            asked.kind not in (AnswerType.OTHER, AnswerType.YES_NO)
            and contains_type(asked.kind, text, asked.known),
            np.log1p(sum(1 for term in own if term not in asked.weights)),
            np.log1p(candidate.piece.place),
            sum(pair in paired for pair in asked.pairs) / max(1, len(asked.pairs)),
            passage.dense,
            len(asked.specific - whole(article)),
            len(asked.specific - around),
            contradicts(asked.text, text),
            bool(candidate.piece.under),
        )
    return rows


def whole(article: "object") -> frozenset[str]:
    """The terms of an article, its title and its days."""
    return present(f"{article.title}\n{article.text}\n{article.published[:4]} {article.updated[:4]} {article.source}")


def _telling(asked: QuestionFeatures, found: Sequence[Candidate]) -> dict[str, float]:
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
