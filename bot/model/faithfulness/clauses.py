"""Sentences cut where one statement ends and the next begins, and the words that carry each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.model.faithfulness.normalization import numbers
from bot.verbs import base, looks_like_verb
from index import dates
from index.dates import MONTH_NUMBERS
from index.words import FUNCTION_WORDS, plain, words

WEEKDAYS = tuple(map(str.lower, dates.WEEKDAYS))
_TOKEN = re.compile(r"[^\W_]+(?:[.,:]\d+)*(?:'[^\W_]+)?")
_CODE = re.compile(r"\b[A-Z][A-Za-z]*-?\d[\w-]*")
# Behind these nothing is governed any more by what stands before them.
_STRONG = re.compile(
    r"\s*[;:—–]\s+|(?<=[.!?])[\"”')]?\s+|,?\s+\b(?:but|while|whereas|although|though)\b\s+", re.IGNORECASE
)
_WEAK = re.compile(
    r",\s+|\s+\b(?:and|or|after|before|when|because|which|who|where|that)\b\s+|\s+[-–]\s+|[()]",
    re.IGNORECASE,
)
_DETERMINERS = frozenset(
    words("a an the this that these those my your his her its our their no any some each every")
)


@dataclass(frozen=True)
class Clause:
    """A stretch of a text that went through `even`, and where in that text it begins."""

    text: str
    start: int = 0

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its words as they are written."""
        return tuple(_TOKEN.findall(self.text))

    @cached_property
    def telling(self) -> frozenset[str]:
        """Its words but for those that only build sentences, and numbers, by their base."""
        return frozenset(base(word) for word in map(_bare, self.tokens) if _tells(word))

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The bases of its words that look like verbs, without "the strike" and other nouns of their form."""
        bare = [_bare(token) for token in self.tokens]
        return frozenset(
            base(word)
            for before, word in zip(["", *bare], bare, strict=False)
            if looks_like_verb(word) and (before not in _DETERMINERS or word.endswith("ed"))
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The bases of its words with a capital, without the first and without days."""
        return frozenset(
            base(_bare(token))
            for place, token in enumerate(self.tokens)
            if token[0].isupper() and place and _tells(_bare(token)) and not _of_a_day(_bare(token))
        )

    @cached_property
    def days(self) -> frozenset[str]:
        """Weekdays and months."""
        return frozenset(word for word in map(_bare, self.tokens) if _of_a_day(word) and word != "may")

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers, in one form each; those in names ("KR-200", "B12") are none."""
        return frozenset(numbers(_CODE.sub(" ", self.text)))


def telling_words(text: str) -> set[str]:
    """Words by their bases, without those that only build sentences, and numbers in their one form."""
    said = (word for word in words(text) if word not in FUNCTION_WORDS and not word[0].isdigit())
    return {base(word) for word in said} | numbers(text)


def segments(text: str) -> list[Clause]:
    """Stretches of a text of which none governs another: between them stand full stops, ";" or "but"."""
    return _split(text, 0, _STRONG)


def clauses(text: str) -> list[Clause]:
    """The statements of a text, cut as finely as words alone allow."""
    return [part for one in segments(text) for part in _split(one.text, one.start, _WEAK)]


def used(source: Sequence[Clause], sentence: Clause) -> list[Clause]:
    """The clauses of `source` from which `sentence` takes what it says.

    The one that shares most with it; and each that has a verb, a number, or most of its words with it alone.
    """
    shared = [clause.telling & sentence.telling for clause in source]
    counts = [clause.numbers & sentence.numbers for clause in source]
    most = max(map(len, shared), default=0)
    found = []
    for place, clause in enumerate(source):
        others = frozenset().union(*shared[:place], *shared[place + 1 :])
        own = shared[place] - others
        verbs = own & (clause.verbs | sentence.verbs)
        counted = counts[place].difference(*counts[:place], *counts[place + 1 :])
        enough = len(shared[place]) == most or verbs or 2 * len(own) > len(clause.telling)
        if counted or (shared[place] and enough):
            found.append(clause)
    return found


def _split(text: str, start: int, at: re.Pattern[str]) -> list[Clause]:
    edges = [0, *(edge for match in at.finditer(text) for edge in match.span()), len(text)]
    pieces = ((first, text[first:last]) for first, last in zip(edges[::2], edges[1::2], strict=True))
    return [Clause(piece, start + first) for first, piece in pieces if piece.strip()]


def _bare(token: str) -> str:
    return plain(re.sub(r"'\w+$", "", token))


def _tells(word: str) -> bool:
    return bool(word) and word not in FUNCTION_WORDS and not word[0].isdigit()


def _of_a_day(word: str) -> bool:
    return word in WEEKDAYS or (word in MONTH_NUMBERS and len(word) > 3) or word == "may"
