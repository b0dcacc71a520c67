"""How well each candidate sentence answers the question: a weighted sum of what can be seen from outside."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.extractive.answer_type import READ_WITH, AnswerType, contains_type, expected_type, unit_of
from bot.extractive.candidates import Candidate
from bot.extractive.contradiction import contradicts, opposed
from bot.extractive.layout import Kind
from bot.extractive.likeness import Likenesses
from bot.extractive.terms import (
    full_names,
    in_range,
    newest_version,
    present,
    specific,
    telling,
    telling_spans,
    terms,
)
from index.types import Passage, Query
from index.words import words

# What each feature weighs, in the order of `features`. Fitted by tests/benchmarks/fit_answers.py on articles
# of all kinds, a year of news, and SQuAD, in equal parts: the chance that a sentence holds the answer, among
# the candidates of its question, as a softmax over them.
FEATURES = (
    "likeness", "its own words", "words with what it stands under", "its passage", "kind of answer",
    "place in the article", "says the opposite", "likeness of its words",
)  # fmt: skip
WEIGHTS = np.array([3.1, 1.7, 2.3, 0.28, 1.6, -0.6, -4.1, 6.7])
SIMILARITY, KIND, CONTRADICTS, WORDS = 0, 4, 6, 7

# Beyond so many, a place more says nothing: news tells first what it is about, a handbook does not.
_LAST_PLACE = 12
# Embedding is what takes time; the rest of the sentences are out of the running without it.
_MOST_EMBEDDED = 40


@dataclass(frozen=True)
class QuestionFeatures:
    """A question, read once: what kind of answer it wants, and the terms to find around one.

    Of the terms `wanted`, the `specific` are names and numbers, which have no synonyms.
    """

    text: str
    kind: AnswerType
    known: frozenset[str]
    wanted: frozenset[str]
    specific: frozenset[str]
    names: tuple[tuple[str, ...], ...] = ()
    narrowed: bool = False

    @classmethod
    def of(cls, query: Query, found: Sequence[Candidate]) -> "QuestionFeatures":
        """What a query asks of the candidates found for it."""
        narrowed = bool(query.since or query.until or query.sources)
        return cls.read(query.sought, narrowed=narrowed).of_the_newest(found)

    @classmethod
    def read(cls, text: str, *, narrowed: bool = False) -> "QuestionFeatures":
        """What `text` asks; `narrowed` says that days or outlets of it were read already, and left it."""
        named = specific(text)
        kind = expected_type(text)
        # What the kind has read is not looked for again: who "said" it need not "say" it.
        told = [term for term in telling(text) if term not in READ_WITH.get(kind, ())]
        # Where days or outlets leave nothing, everything of those days answers.
        wanted = named.union(told or (() if narrowed else terms(text)))
        return cls(text, kind, frozenset(words(text)), wanted, named, full_names(text), narrowed)

    def of_the_newest(self, found: Sequence[Candidate]) -> "QuestionFeatures":
        """The question with the number of the newest version among those `found`, where it asks for that."""
        newest = newest_version(self.text, self.specific, {c.article.title for c in found})
        if not newest:
            return self
        return replace(self, wanted=self.wanted | {newest}, specific=self.specific | {newest})

    def held(self, text: str, article: str = "") -> frozenset[str]:
        """The question's terms that `text` holds, or that lie in a range that it gives.

        Who is named in full in the `article` is named by the last name alone in a sentence of it; and "was it
        accepted?" is answered by what was refused.
        """
        said = self.wanted & present(text)
        short = [name for name in self.names if name[-1] in said and not said.issuperset(name)]
        for name in short:
            if " ".join(name) in " ".join(terms(article)):
                said |= self.wanted & set(name)
        if self.kind is AnswerType.YES_NO:
            said |= self.wanted & opposed(self.text, text)
        return frozenset(said | {term for term in self.specific - said if in_range(term, text)})

    @property
    def predicate(self) -> tuple[tuple[int, int], ...]:
        """The spans of the words that say what is asked, the names left out.

        Whom it is asked of is found easily, and often not answered.
        """
        return telling_spans(self.text, self.specific)

    def covered(self, held: frozenset[str]) -> float:
        """The share of the question's terms that are among those `held`."""
        return len(self.wanted & held) / len(self.wanted) if self.wanted else 0.0


def features(
    asked: QuestionFeatures,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    like: Likenesses,
) -> NDArray[np.float64]:
    """A row of `FEATURES` for each candidate.

    `like` are the likenesses of the question with each, read with what it stands under.
    """
    best = max((passage.score for passage in passages), default=0.0)
    shares = telling_shares(asked, found)
    rows = np.zeros((len(found), len(FEATURES)))
    for row, candidate, whole, own_words in zip(rows, found, like.whole, like.words, strict=True):
        text = candidate.said
        # A code that stands above says what it is that stands below.
        above = asked.held(candidate.under) & asked.specific
        own = asked.held(text, candidate.article.text) | {t for t in above if any(c.isdigit() for c in t)}
        around = own | asked.held(candidate.context)
        row[:] = (
            whole,
            sum(shares[term] for term in own),
            sum(shares[term] for term in around),
            passages[candidate.passage - 1].score - best,
            holds_kind(asked, candidate),
            np.log1p(min(candidate.piece.place, _LAST_PLACE)),
            # What says "no" answers "is it?" as well as "yes" does, and one cell of a row is not another.
            asked.kind is not AnswerType.YES_NO
            and candidate.piece.kind is not Kind.ROW
            and contradicts(asked.text, text),
            own_words,
        )
    return rows


def holds_kind(asked: QuestionFeatures, candidate: Candidate) -> bool:
    """Whether a candidate holds the kind of thing that is asked for.

    What happened, the first sentence of an article tells; and of a row, the cell does that stands under a
    word of the question.
    """
    if asked.kind in (AnswerType.OTHER, AnswerType.YES_NO):
        return False
    if asked.kind is AnswerType.NEWS:
        return asked.narrowed and candidate.piece.place == 0
    if candidate.piece.kind is Kind.ROW and candidate.piece.under and asked.held(candidate.columns):
        return True
    unit = unit_of(asked.text) if asked.kind is AnswerType.NUMBER else None
    return contains_type(asked.kind, candidate.text, asked.known) and (
        unit is None or bool(unit.search(candidate.text))
    )


def in_the_running(
    asked: QuestionFeatures, found: list[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    """The candidates worth embedding, in their order."""
    if len(found) <= _MOST_EMBEDDED:
        return found
    rough = features(asked, found, passages, Likenesses.none(len(found))) @ WEIGHTS
    return [found[place] for place in np.sort(np.argsort(-rough, kind="stable")[:_MOST_EMBEDDED])]


def telling_shares(asked: QuestionFeatures, found: Sequence[Candidate]) -> dict[str, float]:
    """The question's terms, as shares of 1: the fewer of the candidates hold one, the more it tells.

    Terms that most of them hold are why they were found, and tell no candidate from another. The formula is
    that of `index.search.term_coverage.word_weights`.
    """
    held = Counter(term for c in found for term in asked.held(c.text, c.article.text))
    weights = {
        term: math.log(1 + (len(found) - held[term] + 0.5) / (held[term] + 0.5)) for term in asked.wanted
    }
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}
