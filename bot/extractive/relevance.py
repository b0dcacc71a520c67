"""How well each candidate sentence answers the question: a weighted sum of what can be seen from outside."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import AnswerType, contains_type, expected_type
from bot.extractive.candidates import Candidate, stems_of
from index.types import Passage
from index.words import FUNCTION_WORDS, stem, words

# What each feature weighs, in the order of `features`. Fitted by tests/benchmarks/fit_answers.py on RealTime
# QA news of 2022-23 and half of SQuAD 2.0 dev: the chance that a sentence holds the answer, among the
# candidates of its question, as a softmax over them. That was while "covered" weighed all words but names
# alike; fitted again since, more of SQuAD's answers come first and fewer of the news.
FEATURES = (
    "similarity", "covered", "passage", "kind", "new words", "question", "place", "pairs",
    "passage similarity",
)  # fmt: skip
WEIGHTS = np.array([5.4, 3.1, 0.36, 1.4, 0.45, -5.7, -0.36, 2.9, 2.9])
PASSAGE = FEATURES.index("passage")

_NAME_WEIGHT = 1.5
_TOKEN = re.compile(r"[^\W_]+")
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")


@dataclass(frozen=True)
class QuestionFeatures:
    """A question, read once: what kind of answer it wants, and the words to find around one.

    `weights` are by stem: 1 a word, more for names and numbers, which have no synonyms. `specific` are the
    stems of these.
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
        specific = _specific_words(text)
        said = words(text)
        telling = [word for word in said if word not in FUNCTION_WORDS] or said
        weights = {stem(word): _NAME_WEIGHT if word in specific else 1.0 for word in telling}
        return cls(
            text,
            expected_type(text),
            frozenset(said),
            weights,
            frozenset(stem(word) for word in specific if word not in FUNCTION_WORDS),
            tuple(pairwise(stem(word) for word in said)),
        )

    def covered(self, present: set[str]) -> float:
        """The share of the question's words, by weight, that are among the stems `present`."""
        whole = sum(self.weights.values())
        return (
            sum(weight for word, weight in self.weights.items() if word in present) / whole if whole else 0.0
        )


def _specific_words(text: str) -> set[str]:
    """Words of names and numbers: with a digit first, or a capital anywhere but at the start."""
    tokens = _TOKEN.findall(text)
    return {
        word
        for place, token in enumerate(tokens)
        if token[0].isdigit() or (place and token[0].isupper())
        for word in words(token)
    }


def features(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    similarities: NDArray[np.floating],
) -> NDArray[np.float64]:
    """A row of `FEATURES` for each candidate; `similarities` are cosines of the question with each."""
    best = max((passage.score for passage in passages), default=0.0)
    telling = _telling(asked, found)
    rows = np.zeros((len(found), len(FEATURES)))
    for row, candidate, similarity in zip(rows, found, similarities, strict=True):
        text = candidate.text
        own = stems_of(text)
        own_set = set(own)
        around = own_set.union(stems_of(candidate.context))
        new = sum(1 for word in own_set if word not in FUNCTION_WORDS and word not in asked.weights)
        paired = set(pairwise(own))
        passage = passages[candidate.passage - 1]
        row[:] = (
            similarity,
            sum(share for word, share in telling.items() if word in around),
            passage.score - best,
            asked.kind not in (AnswerType.OTHER, AnswerType.YES_NO)
            and contains_type(asked.kind, text, asked.known),
            np.log1p(new),
            _QUESTION.search(text) is not None,
            np.log1p(candidate.place),
            sum(pair in paired for pair in asked.pairs) / max(1, len(asked.pairs)),
            passage.dense,
        )
    return rows


def _telling(asked: QuestionFeatures, found: Sequence[Candidate]) -> dict[str, float]:
    """The question's words by stem, as shares of 1: the fewer of the candidates hold one, the more it tells.

    Words that most of them hold are why they were found, and tell no candidate from another. The formula is
    that of `index.search.term_coverage.word_weights`.
    """
    held = Counter(word for candidate in found for word in set(stems_of(candidate.text)))
    weights = {
        word: math.log(1 + (len(found) - held[word] + 0.5) / (held[word] + 0.5)) for word in asked.weights
    }
    whole = sum(weights.values())
    return {word: weight / whole for word, weight in weights.items()}
