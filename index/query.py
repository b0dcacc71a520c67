"""A question as something to search for: the words worth matching, and a full-text expression of them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from index.words import FUNCTION_WORDS, words

# A question names few things. The rest of a very long one would cost time and only blur the search.
_MOST_WORDS = 48
# A word that stands in most chunks tells none apart.
_COMMON_SHARE = 0.5

DocumentFrequency = Callable[[str], int]
"""In how many chunks a lower-case word stands, in any of its forms (stemmed, title or text)."""


def match_expression(text: str, document_frequency: DocumentFrequency | None = None, total: int = 0) -> str:
    """An FTS5 expression that matches any word of `text` that is worth it, or "" if there is none.

    Neighbouring words are also sought side by side ("gun safety"), so that a chunk that holds the phrase
    scores above one that holds the words apart. Only letters and digits reach the expression, in double
    quotes: nothing in `text` can be read as an operator or a column.
    """
    spoken = words(text)
    chosen = search_words(spoken, document_frequency, total)
    kept = set(chosen)
    pairs = dict.fromkeys(pair for pair in pairwise(spoken) if kept.issuperset(pair))
    phrases = [*chosen, *(" ".join(pair) for pair in list(pairs)[:_MOST_WORDS])]
    return " OR ".join(f'"{phrase}"' for phrase in phrases)


def search_words(
    spoken: Sequence[str], document_frequency: DocumentFrequency | None = None, total: int = 0
) -> list[str]:
    """The words to search for, each once, in the order in which they were said.

    Function words are left out, and so are words that stand in most chunks; but never all of them: "Who are
    The Who?" is still searched for.
    """
    distinct = list(dict.fromkeys(spoken))
    chosen = [word for word in distinct if word not in FUNCTION_WORDS][:_MOST_WORDS] or distinct[:_MOST_WORDS]
    if document_frequency is None or total <= 0:
        return chosen
    telling = [word for word in chosen if document_frequency(word) <= _COMMON_SHARE * total]
    return telling or chosen
