"""Why an answer was given, or none: what was asked, what was weighed, and what made the probability."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.types import Article

_SHOWN_WORDS = 40


@dataclass(frozen=True, slots=True)
class Weighed:
    """Something that was weighed: its name, its value, and what it added to a sum."""

    name: str
    value: float
    added: float

    @classmethod
    def all(
        cls, names: Iterable[str], values: Iterable[float], weights: Iterable[float]
    ) -> "tuple[Weighed, ...]":
        """A weighted sum, part by part."""
        return tuple(
            cls(name, float(value), float(value * weight))
            for name, value, weight in zip(names, values, weights, strict=True)
        )

    def __str__(self) -> str:
        """Such as "likeness in meaning 0.61 (+3.84)"."""
        return f"{self.name} {self.value:.2f} ({self.added:+.2f})"


@dataclass(frozen=True, slots=True)
class WeighedSentence:
    """A sentence that was considered, with its score and what that is the sum of."""

    article: Article
    start: int
    end: int
    score: float
    parts: tuple[Weighed, ...]

    @property
    def text(self) -> str:
        """Its words, as they are stored."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one question was judged.

    `sought` is what was searched for, and `wanted` the kind of answer that it asks for; `unsaid` are its
    words that neither the best sentence says nor what that stands under. `best` are the sentences that scored
    best among all `sentences` of the `passages` read. `odds` add up to the log odds of the probability.
    """

    sought: str
    wanted: str
    unsaid: tuple[str, ...]
    passages: int
    sentences: int
    best: tuple[WeighedSentence, ...]
    odds: tuple[Weighed, ...]


def lines(explanation: Explanation, score: float, threshold: float) -> Iterator[str]:
    """The explanation as lines of text; `score` is the probability."""
    yield f"Searched for: {explanation.sought}"
    yield f"Kind of answer looked for: {explanation.wanted}"
    yield f"Read: {explanation.sentences} sentences of {explanation.passages} passages. The best, by score:"
    for place, one in enumerate(explanation.best, 1):
        said = one.text.split()
        text = " ".join(said[:_SHOWN_WORDS]) + (" …" if len(said) > _SHOWN_WORDS else "")
        where = one.article.source or one.article.title or one.article.id
        yield f"{place}. {one.score:.2f} {where}: “{text}”"
        yield f"   {'; '.join(map(str, one.parts))}"
    if explanation.unsaid:
        yield f"The best does not say: {', '.join(explanation.unsaid)}"
    verdict = "answered" if score >= threshold else "not answered"
    yield f"Probability {score:.2f}, threshold {threshold:.2f}: {verdict}. Its log odds are the sum of:"
    yield f"   {'; '.join(map(str, explanation.odds))}"
