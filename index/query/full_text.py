"""A question as a full-text expression (SQLite FTS5): which of its words are matched, and which must be."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from index.words import FUNCTION_WORDS, words

# A question names few things. The rest of a very long one would cost time and only blur the search.
_MOST_WORDS = 48
# A word that stands in most chunks tells none apart.
_COMMON_SHARE = 0.5
# Reading takes its time for each chunk that holds a word. Beyond so many, the question's commonest words are
# left out: they weigh least, and what holds the rare ones is found without them.
_MOST_READ = 20_000
_LEAST_WORDS = 2
# Scoring takes several times as long: it is for chunks that hold one of the rarest words, up to so many.
_MOST_SCORED = 4_000
# Words that hardly stand anywhere leave room for commoner ones: with fewer chunks there is little to choose.
_FEWEST_READ = 500


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


def essential_expression(text: str, document_frequency: DocumentFrequency, total: int) -> str:
    """What a chunk must match to be scored by `match_expression`: any of the question's rarest words.

    What holds none of them holds only words that weigh little, and is not among the best while enough hold
    one.
    """
    chosen = _rare_enough(
        search_words(words(text), document_frequency, total), document_frequency, _MOST_SCORED, 1
    )
    return " OR ".join(f'"{word}"' for word in chosen)


def phrase_expression(phrase: str) -> str:
    """An FTS5 expression that matches `phrase` word for word, in any of the words' forms."""
    return f'"{" ".join(words(phrase))}"'


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
    return _rare_enough(telling or chosen, document_frequency, _MOST_READ, _LEAST_WORDS)


def _rare_enough(
    chosen: Sequence[str], document_frequency: DocumentFrequency, most: int, least: int
) -> list[str]:
    """The rarest of the words, until they stand in `most` chunks together; but `least` that stand in some."""
    kept: set[str] = set()
    read = standing = 0
    for word in sorted(chosen, key=document_frequency):
        more = document_frequency(word)
        if standing >= least and read >= _FEWEST_READ and read + more > most:
            break
        kept.add(word)
        read += more
        standing += more > 0
    return [word for word in chosen if word in kept]
