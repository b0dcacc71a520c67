"""What an answer is made of, and the events of one in the making.

A writer yields `Draft`s: sentences that claim quotes. Verification turns each into a `Sentence`, whose quotes
are known to stand in their articles, or into a `Withheld`. Readers only ever meet sentences.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.explanation import Explanation
from index.types import Article, Page, Passage, Query


@dataclass(frozen=True, slots=True)
class Claim:
    """A quote that a writer says stands in passage `passage` (counted from 1).

    `start` is its offset in the article where the writer knows it; None lets verification look for it.
    `sentence` is the number of the passage's sentence that a model means (from 1), 0 where it names none.
    `marked` is the part of the article that the writer itself quoted, where `text` is the whole sentence.
    """

    passage: int
    text: str
    start: int | None = None
    sentence: int = 0
    marked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before verification. `lead` attributes it ("The Herald, 12 March 2026"); it may be empty."""

    text: str
    claims: tuple[Claim, ...]
    lead: str = ""


@dataclass(frozen=True)
class Writing:
    """What a writer made of a question. `score` is the probability, 0 to 1, that its drafts answer it.

    `withdrawn` is the article that would have answered it, had it not been withdrawn. `rivals` are those of
    the drafts that tell the same matter with different values. `explanation` says what made the score, where
    there was anything to quote.
    """

    score: float
    drafts: Iterable[Draft]
    withdrawn: Article | None = None
    rivals: tuple[Draft, ...] = ()
    explanation: Explanation | None = None


class Writer(Protocol):
    """Turns a question and its passages into drafts. It must not touch anything but its arguments."""

    name: str

    def write(self, query: Query, passages: Sequence[Passage]) -> Writing:
        """Write lazily: drafts may be produced while earlier ones are read."""
        ...


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of an article that was compared with the stored text: `article.text[start:end] == text`.

    `also` are other articles in which the same words were found. `marked` is the part of the span, by places
    in the article, that a model quoted, where the whole sentence is shown.
    """

    article: Article
    start: int
    end: int
    text: str
    also: tuple[Article, ...] = ()
    marked: tuple[int, int] | None = field(default=None, compare=False)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The first and the last page that it stands on, once where they are one; none without pages."""
        return self.article.pages_of(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote. `n` is what stands in brackets, in the text and in the list alike."""

    n: int
    quote: Quote


def also_in(citations: Sequence[Citation]) -> list[tuple[Article, tuple[int, ...]]]:
    """The other articles that hold quotes of one article, each with the numbers of those that it holds.

    There are no numbers where it holds all of them: nobody may be named under a sentence that they did not
    print, and a near-duplicate may hold one quote and not the next.
    """
    held: dict[Article, list[int]] = {}
    for citation in citations:
        for article in citation.quote.also:
            held.setdefault(article, []).append(citation.n)
    return [(one, () if len(numbers) == len(citations) else tuple(numbers)) for one, numbers in held.items()]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be shown, with the citations under it (never none)."""

    text: str
    citations: tuple[Citation, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One value that outlets give, as it is written, and the quotes that give it."""

    value: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Outlets that tell one matter with different values on the same days; the oldest first."""

    sides: tuple[Side, ...]

    def __str__(self) -> str:
        """Such as "14 or 17: outlets differ."."""
        *most, last = (side.value for side in self.sides)
        return f"{', '.join(most)} or {last}: outlets differ."


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_ON_RECORD = "not_on_record"


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. `nearest` is filled only where the matter is not on record; `timings` in seconds.

    `read` says what the question's own words constrained ("1–31 March 2025, Reuters"), "" if nothing; where
    that left no answer, and the one given is from all articles, it is `relaxed`. `standalone` is the question
    as it was searched for: a follow-up with what it leaned on, and where there is an answer, words in the
    record's spelling; "" where it was searched for as it was asked.

    `withheld` are the drafts that failed verification; `repointed` counts quotes that stood in another
    passage than the one named. `note` is a word to the reader, where a model was meant to write the answer
    and did not, or not to its end. `usage` counts what the model was asked and wrote.

    Where the matter is not on record, `searched` is how many articles were searched, and `likely` the
    sentence in which it most likely stands, if any is likely at all. `withdrawn` is an article that would
    have answered.
    `aside` is what is said to what no article can answer, such as a greeting; then nothing was searched.
    `warning` says that the record was not refreshed lately.
    `hint` says what helps instead where more is asked for than quotes, such as a comparison.
    `explanation` says how sure the extractive writer was, and why; None where nothing was found to quote.
    `disagreement` is there where outlets differ on what was asked.
    """

    query: Query
    outcome: Outcome
    sentences: tuple[Sentence, ...] = ()
    nearest: tuple[Article, ...] = ()
    score: float = 0.0
    model: str = ""
    read: str = ""
    relaxed: bool = False
    timings: dict[str, float] = field(default_factory=dict)
    standalone: str = ""
    withheld: tuple["Withheld", ...] = ()
    repointed: int = 0
    note: str = ""
    usage: dict[str, int] = field(default_factory=dict)
    searched: int | None = None
    likely: Sentence | None = None
    withdrawn: Article | None = None
    aside: str = ""
    warning: str = ""
    hint: str = ""
    explanation: Explanation | None = None
    disagreement: Disagreement | None = None

    @property
    def as_of(self) -> str:
        """The day of the newest article that is quoted, in ISO 8601; "" where none is dated."""
        days = [day for citation in self.citations if (day := citation.quote.article.latest_day)]
        return max(days).isoformat() if days else ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each citation once, by number."""
        by_number = {c.n: c for s in self.sentences for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))

    def shows(self, quote: Quote) -> bool:
        """Whether a sentence is the quote, word for word, so that it need not be repeated below."""
        return any(s.text.startswith(quote.text) or s.text.endswith(quote.text) for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Searching:
    """The index is being searched."""

    query: Query


@dataclass(frozen=True, slots=True)
class Restated:
    """What is searched for: a follow-up made to stand by itself, words in the record's spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that the answer will be written from; the other fields are as in the `Answer`.

    The quotes of the `disagreement` may get other numbers, where a model writes the answer.
    """

    passages: tuple[Passage, ...]
    read: str = ""
    relaxed: bool = False
    disagreement: Disagreement | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A draft that failed verification, and why; counted, and never shown as an answer."""

    draft: Draft
    reason: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A word to the reader on how the answer came about; the same as the `Answer`'s note."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete. Always the last event."""

    answer: Answer


Event = Searching | Restated | Found | Sentence | Withheld | Noted | Done


class Cancelled(Exception):
    """Whoever asked does not wait for the answer any more."""
