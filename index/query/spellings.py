"""Other spellings of a word that the record does not hold: names on a plain keyboard, codes with hyphens.

The full-text index takes accents off letters, but "ø" has none, and it cuts "O'Neill" and "E-1043" in two.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.words import FUNCTION_WORDS

_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
# What a plain keyboard has for it, and what the index may hold.
_MARKED = (
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("ae", "æ"),
    ("oe", "ø"),
    ("o", "ø"),
    ("ss", "ß"),
    ("l", "ł"),
    ("d", "đ"),
)
_BOUNDARY = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
_LEAST_LEFT = 3


def other_spellings(spoken: Sequence[str], known: Callable[[str], int]) -> list[str]:
    """Words, or words in a row ("o neill"), that stand for those of `spoken` that are not `known`."""
    found = [other for word in spoken if not known(word) for other in _spellings(word) if _all(other, known)]
    joined = [
        one + other
        for one, other in pairwise(spoken)
        if _is_letter(one) or _is_letter(other) or _mixed(one, other)
    ]
    return list(dict.fromkeys([*found, *(word for word in joined if known(word))]))


def _spellings(word: str) -> Iterator[str]:
    if not word.isascii():
        yield word.translate(_PLAIN)
    for typed, held in _MARKED:
        if typed in word:
            yield word.replace(typed, held)
    if len(word) > _LEAST_LEFT and word.isalpha():
        yield f"{word[0]} {word[1:]}"
    parts = _BOUNDARY.split(word)
    if len(parts) > 1:
        yield " ".join(parts)


def _is_letter(word: str) -> bool:
    """Whether it is a letter by itself, as of "O'Neill"; not that of "the state's" or "a new"."""
    return len(word) == 1 and word not in FUNCTION_WORDS


def _mixed(one: str, other: str) -> bool:
    return (one.isalpha() and other[0].isdigit()) or (one[-1].isdigit() and other.isalpha())


def _all(words: str, known: Callable[[str], int]) -> bool:
    return all(known(word) for word in words.split())
