"""What a quote really says: the whole stored sentences that it stands in, and the one they lean on."""

import re
from functools import lru_cache

from bot.types import Quote
from ingest.sentences import sentence_spans

# A longer text is cut around the quote alone.
_LONGEST_TEXT = 100_000
_AROUND = 3_000
_LONGEST_SHOWN = 700
_LEANS = re.compile(
    r"^\W*(?:(?:and|but|so|yet|still|then|later|in|on|at|by|for|after|before|since)\b[^.,]{0,40}?[ ,]\s*)?"
    r"(?:he|she|it|they|we|i|his|her|its|their|this|that|these|those|both|neither|such|"
    r"the (?:former|latter|move|decision|company|firm|group|pair|two))\b",
    re.IGNORECASE,
)


def source_sentences(quote: Quote) -> tuple[int, int]:
    """The span, in the article, of the whole sentences that `quote` stands in."""
    touched = [span for span in _spans_near(quote) if span[0] < quote.end and span[1] > quote.start]
    if not touched:
        return quote.start, quote.end
    return min(quote.start, touched[0][0]), max(quote.end, touched[-1][1])


def premise(quote: Quote) -> str:
    """The whole sentences that `quote` stands in, with the one before where the first leans on it."""
    start, end = source_sentences(quote)
    text = quote.article.text
    if _LEANS.match(text[start:end]):
        before = [span for span in _spans_near(quote) if span[1] <= start]
        if before and "\n\n" not in text[before[-1][1] : start]:
            start = before[-1][0]
    return text[start:end]


def sentences_in(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]


def shown(quote: Quote) -> Quote:
    """The quote as the whole sentences that it stands in, where a reader can be shown so much."""
    start, end = source_sentences(quote)
    if end - start > _LONGEST_SHOWN:
        return quote
    return Quote(quote.article, start, end, quote.article.text[start:end], quote.also)


def _spans_near(quote: Quote) -> list[tuple[int, int]]:
    if len(quote.article.text) <= _LONGEST_TEXT:
        return list(_spans(quote.article.text))
    first = max(0, quote.start - _AROUND)
    window = quote.article.text[first : quote.end + _AROUND]
    return [(first + start, first + end) for start, end in sentence_spans(window)]


@lru_cache(maxsize=64)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text))
