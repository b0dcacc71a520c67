"""How much of a question a text holds: shares of the question's words, the rare ones weighing more."""

import math
import re
from collections.abc import Iterator, Mapping

from index.query.full_text import DocumentFrequency, search_words
from index.words import beginnings, stem, words

# Good enough to tell what stands close together; quotes are cut with more care elsewhere.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n+")


def word_weights(
    question: str, document_frequency: DocumentFrequency | None = None, total: int = 0
) -> dict[str, float]:
    """What each word of `question` weighs, by its stem: its inverse document frequency over `total` chunks.

    The formula is BM25's (Robertson and Spärck Jones), with 1 added so that no weight is negative. Without
    frequencies all words weigh the same.
    """
    weights: dict[str, float] = {}
    for word in search_words(words(question)):
        seen = min(document_frequency(word), total) if document_frequency is not None and total > 0 else 0
        known = document_frequency is not None and total > 0
        weights[stem(word)] = math.log(1 + (total - seen + 0.5) / (seen + 0.5)) if known else 1.0
    return weights


def best_sentence_coverage(weights: Mapping[str, float], text: str) -> float:
    """The largest share of `weights`, 0 to 1, whose words stand together in one sentence of `text`."""
    whole = sum(weights.values())
    if whole <= 0:
        return 0.0
    starts = tuple(start for word in weights for start in beginnings(word))
    return max((_held(weights, starts, sentence) for sentence in _sentences(text)), default=0.0) / whole


def _held(weights: Mapping[str, float], starts: tuple[str, ...], sentence: str) -> float:
    # Stemming is slow, and most words need none to be told from those that are weighed.
    present = {stem(word) for word in words(sentence) if word.startswith(starts)}
    return sum(weight for word, weight in weights.items() if word in present)


def _sentences(text: str) -> Iterator[str]:
    return (part for part in _SENTENCE_END.split(text) if part)
