"""The sentences among which an answer is looked for: real sentences of the best passages, each once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.types import Article, Passage
from index.words import stems, words
from ingest.sentences import sentence_spans

_MOST_PASSAGES = 8
_LONGEST_TEXT = 100_000
_LONGEST_QUOTE = 800

# Lines that a scraper takes along: calls to click, to subscribe or to accept; credits and legal notices. Only
# wordings that do not begin a sentence of reporting.
_BOILERPLATE = re.compile(
    # "Jane Doe/Agency", under a picture.
    r"^\W*(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}/[A-Z])|"
    r"^\W*(?:sign up\b|subscribe\b|click (?:here|on|to)\b|tap (?:here|to)\b|read (?:more|next|the full)\b|"
    r"follow (?:us|@)|share (?:this|on|with)\b|advertisement\b|watch:|listen:|see also\b|related:|photos?:|"
    r"image(?: source| caption)?:|copyright\b|©|all rights reserved|log ?in\b|"
    r"already (?:a )?(?:subscriber|member)|editor.?s note\b|download (?:the|our)\b|skip to\b|"
    r"enter your e-?mail|get (?:the|our) .{0,40}newsletter)|"
    r"\b(?:we|site|website|page|browser) uses? cookies\b|\bcookie (?:policy|settings|preferences|notice)\b|"
    r"\bprivacy (?:policy|notice)\b|\bterms (?:of (?:use|service)|and conditions)\b|\ball rights reserved\b|"
    r"\benable javascript\b|\bgetty images\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_LEAST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted, and where it stands.

    `passage` counts from 1. `place` is its number in its article, from 0. `before` is the span of the
    sentence before it, if there is one.
    """

    passage: int
    article: Article
    start: int
    end: int
    place: int
    before: tuple[int, int] | None

    @property
    def text(self) -> str:
        """Its own words."""
        return self.article.text[self.start : self.end]

    @property
    def context(self) -> str:
        """What a reader has just read: the article's title and the sentence before."""
        before = self.article.text[slice(*self.before)] if self.before else ""
        return f"{self.article.title}\n{before}"


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences of the best passages, best passage first; what stands in two passages counts once.

    Left out is what nobody would quote: menus, captions, calls to subscribe, and lines that are no sentence.
    """
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for number, passage in enumerate(passages[:_MOST_PASSAGES], start=1):
        article, chunk = passage.article, passage.chunk
        spans, offset = _sentences(article, chunk.start, chunk.end)
        for place, (start, end) in enumerate(spans):
            if start < chunk.start or end > chunk.end or (article.id, start) in seen:
                continue
            seen.add((article.id, start))
            if is_quotable(article.text[start:end]):
                before = spans[place - 1] if place else None
                found.append(Candidate(number, article, start, end, place + offset, before))
    return found


def is_quotable(sentence: str) -> bool:
    """Whether `sentence` is something that a person wrote to be read, and short enough to show."""
    if len(sentence) > _LONGEST_QUOTE or _BOILERPLATE.search(sentence):
        return False
    said = words(sentence)
    if len(said) < 2:
        return False
    return len(said) >= _LEAST_WORDS or bool(_ENDED.search(sentence)) or any(c.isdigit() for c in sentence)


def _sentences(article: Article, start: int, end: int) -> tuple[list[tuple[int, int]], int]:
    """Spans of the article's sentences around [start, end), and the number of the first among all."""
    if len(article.text) <= _LONGEST_TEXT:
        return list(_spans(article.text)), 0
    # Only the passage of a very long text is cut; its place is far from the lead in any case.
    spans = [(start + a, start + b) for a, b in sentence_spans(article.text[start:end])]
    return spans, start // 100


@lru_cache(maxsize=256)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text))


@lru_cache(maxsize=4096)
def stems_of(sentence: str) -> tuple[str, ...]:
    """The stems of a sentence, kept for the next question that meets it."""
    return tuple(stems(sentence))
