"""The sentences among which an answer is looked for: real sentences of the best passages, each once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.extractive.layout import ROW_BAR, Kind, Piece, Span, pieces
from index.types import Article, Passage
from index.words import stems, words

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
_WROTE = " wrote, signed and sent this letter"
# What says what others are about, and says nothing by itself.
_HEADS = (Kind.HEADING, Kind.QUESTION, Kind.HEADER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, item or row that may be quoted, and where it stands.

    `passage` counts from 1. `piece` is what it is in the layout of its article's text, and `before` the
    sentence before it in its paragraph, if there is one. `titled` says that its title speaks for it.
    """

    passage: int
    article: Article
    piece: Piece
    before: Span | None
    titled: bool = True

    @property
    def text(self) -> str:
        """Its own words."""
        return self.article.text[self.piece.start : self.piece.end]

    @property
    def in_context(self) -> str:
        """What is embedded: its own words below what it stands under."""
        return f"{self.heads}\n{self.said}"

    @property
    def said(self) -> str:
        """What a reader takes from it: a name below a letter says who wrote it."""
        return f"{self.text}{_WROTE}" if self.piece.kind is Kind.SIGNATURE else self.text

    @property
    def heads(self) -> str:
        """What it stands under: the article's title, the heading, the question, the lead-in or the header."""
        return "\n".join(filter(None, (self.article.title if self.titled else "", self.under)))

    @property
    def under(self) -> str:
        """The same without the title."""
        return "\n".join(self.article.text[a:b] for a, b in self.piece.under)

    @property
    def columns(self) -> str:
        """The headings of a row's cells but the first, which says what the rows are about."""
        return f" {self.header}".partition(ROW_BAR)[2]

    @property
    def header(self) -> str:
        """The headings of a row's cells; "" where it has none, or is no row."""
        above = self.article.text[slice(*self.piece.under[-1])] if self.piece.under else ""
        return above if self.piece.kind is Kind.ROW and ROW_BAR in above else ""

    @property
    def context(self) -> str:
        """What a reader has just read: what it stands under, and the sentence before."""
        before = self.article.text[slice(*self.before)] if self.before else ""
        return f"{self.heads}\n{before}"


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences of the best passages, best passage first; what stands in two passages counts once.

    Left out is what nobody would quote: headings, questions, menus, captions, calls to subscribe, and lines
    that are no sentence.
    """
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for number, passage in enumerate(passages[:_MOST_PASSAGES], start=1):
        article, chunk = passage.article, passage.chunk
        # Only the passage of a very long text is read; its place is far from the lead in any case.
        whole = len(article.text) <= _LONGEST_TEXT
        all_ = pieces(article.text) if whole else pieces(article.text[chunk.start : chunk.end], chunk.start)
        for piece, before in zip(all_, (None, *all_), strict=False):
            if piece.start < chunk.start or piece.end > chunk.end or (article.id, piece.start) in seen:
                continue
            seen.add((article.id, piece.start))
            if piece.kind not in _HEADS and is_quotable(article.text[piece.start : piece.end], piece.kind):
                near = before is not None and before.paragraph == piece.paragraph
                joins = near and before and before.kind is piece.kind is Kind.SENTENCE
                span = (before.start, before.end) if joins and before else None
                found.append(Candidate(number, article, piece, span))
    return found


def is_quotable(sentence: str, kind: Kind = Kind.SENTENCE) -> bool:
    """Whether `sentence` is something that a person wrote to be read, and short enough to show."""
    if len(sentence) > _LONGEST_QUOTE or _BOILERPLATE.search(sentence):
        return False
    said = words(sentence)
    if len(said) < 2 or sentence.rstrip().endswith("?"):
        return False
    laid_out = kind is not Kind.SENTENCE
    return (
        laid_out
        or len(said) >= _LEAST_WORDS
        or bool(_ENDED.search(sentence))
        or any(c.isdigit() for c in sentence)
    )


@lru_cache(maxsize=4096)
def stems_of(sentence: str) -> tuple[str, ...]:
    """The stems of a sentence, kept for the next question that meets it."""
    return tuple(stems(sentence))
