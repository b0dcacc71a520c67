"""Where a quote stands that a model wrote down: folded for finding, given back as it is stored.

Models type straight quotation marks for curly ones, hyphens for dashes, three points for an ellipsis,
capitals and full stops of their own, and break lines where they like. All this is folded, and only to find
the place: what is claimed then is the article's own text there, and `bot.verification` compares it once more.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from bot.types import Claim
from index.types import Passage
from index.words import FUNCTION_WORDS, words
from ingest.sentences import sentence_spans

NOT_FOUND = "quote not found"
STITCHED = "quote stitched from two places"
TOO_SHORT = "quote too short to mean anything"
UNKNOWN_PASSAGE = "unknown passage"

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_SHORTENED = re.compile(r"\s+|\.\.\.")
_FEWEST_WORDS = 3
# In scripts without spaces, letters stand for words.
_FEWEST_LETTERS = 6
# Parts shorter than this stand in any text.
_SHORTEST_PART = 12


class QuoteLocator:
    """Finds quotes in the passages of one answer."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._folded: dict[int, _Folded] = {}
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self.repointed = 0
        """How many quotes were found in another passage than the one that was named."""

    def locate(self, claim: Claim) -> tuple[Claim, ...] | str:
        """The claim as the article has it, with its place; or why there is none.

        A quote that stands in another passage than the one named is pointed there; one with words left out
        ("…") is several. `[2.3]` is the third sentence of the second passage.
        """
        known = 1 <= claim.passage <= len(self._passages)
        if claim.sentence and not claim.text:
            spans = self.sentences(claim.passage) if known else []
            if claim.sentence > len(spans):
                return UNKNOWN_PASSAGE
            return (self._claim(claim.passage, *spans[claim.sentence - 1]),)
        quote = _fold(claim.text).text.strip(' ".,;:')
        if not _means_something(quote):
            return TOO_SHORT if known else UNKNOWN_PASSAGE
        if found := self._found(claim.passage, quote):
            return (found,)
        parts = [
            self._found(claim.passage, part.strip()) for part in quote.split("…") if _means_something(part)
        ]
        located = tuple(part for part in parts if part)
        if "…" in quote and located and len(located) == len(parts):
            return located
        if not known:
            return UNKNOWN_PASSAGE
        return STITCHED if self._in(claim.passage).holds_parts(quote) else NOT_FOUND

    def sentences(self, number: int) -> list[tuple[int, int]]:
        """The spans, in its article, of the sentences of passage `number`, as a model is shown them."""
        if number not in self._spans:
            self._spans[number] = numbered_sentences(self._passages[number - 1])
        return self._spans[number]

    def _found(self, named: int, quote: str) -> Claim | None:
        others = (number for number in range(1, len(self._passages) + 1) if number != named)
        for number in (*([named] if 1 <= named <= len(self._passages) else []), *others):
            found = self._in(number).find(quote)
            if found:
                start = self._passages[number - 1].chunk.start
                self.repointed += number != named
                return self._claim(number, start + found[0], start + found[1])
        return None

    def _claim(self, number: int, start: int, end: int) -> Claim:
        return Claim(number, self._passages[number - 1].article.text[start:end], start)

    def _in(self, number: int) -> "_Folded":
        if number not in self._folded:
            self._folded[number] = _fold(self._passages[number - 1].text)
        return self._folded[number]


def numbered_sentences(passage: Passage) -> list[tuple[int, int]]:
    """The spans, in its article, of the passage's sentences."""
    first = passage.chunk.start
    return [(first + start, first + end) for start, end in sentence_spans(passage.text)]


class _Folded:
    """A text folded, with the place in the original at which each of its characters begins."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self.text = text
        self._starts = starts

    def find(self, quote: str) -> tuple[int, int] | None:
        """The span of the original where `quote` stands as whole words."""
        at = self.text.find(quote)
        while at >= 0:
            end = at + len(quote)
            if not _cuts(self.text, at) and not _cuts(self.text, end):
                return self._starts[at], self._starts[end]
            at = self.text.find(quote, at + 1)
        return None

    def holds_parts(self, quote: str) -> bool:
        """Whether the quote is made of two parts that each stand here."""
        longest = bisect_left(range(1, len(quote) + 1), True, key=lambda n: quote[:n] not in self.text)
        first, rest = quote[:longest], quote[longest:].lstrip(" ….,;-[]()'\"")
        return len(first) >= _SHORTEST_PART and len(rest) >= _SHORTEST_PART and rest in self.text


def _fold(text: str) -> _Folded:
    # Letter for letter first, in one go; then what becomes shorter, piece by piece.
    same = "".join(c.lower() if len(c.lower()) == 1 else c for c in text.translate(_SAME))
    folded: list[str] = []
    starts: list[int] = []
    at = 0
    for piece in _SHORTENED.finditer(same):
        folded.append(same[at : piece.start()])
        starts.extend(range(at, piece.start()))
        folded.append("…" if piece[0] == "..." else " ")
        starts.append(piece.start())
        at = piece.end()
    folded.append(same[at:])
    starts.extend(range(at, len(same) + 1))
    return _Folded("".join(folded), starts)


def _cuts(text: str, at: int) -> bool:
    """Whether `at` is inside a word or a number."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        # Scripts without spaces have no edges to look for.
        return before.isascii() or after.isascii() or before.isdigit() or _spaced(before)
    inside = text[max(0, at - 2) : at + 1], text[at - 1 : at + 2]
    return any(re.fullmatch(r"\d[.,]\d", part) for part in inside)


def _spaced(letter: str) -> bool:
    """Whether the letter is of a script that puts spaces between words; told by its having cases."""
    return letter.lower() != letter.upper()


def _means_something(quote: str) -> bool:
    said = words(quote)
    if not any(word not in FUNCTION_WORDS for word in said):
        return False
    unspaced = sum(character.isalpha() and not _spaced(character) for character in quote)
    return len(said) >= _FEWEST_WORDS or unspaced >= _FEWEST_LETTERS
