"""Words that a line's end divides: with their hyphen, or without."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

_HYPHENATED = re.compile(r"\w+-\w+")
_WORD = re.compile(r"\w+")


def hyphen_join(
    texts: Iterable[str], halves: Iterable[tuple[str, str]], language: str
) -> Callable[[str, str], str]:
    """How to write divided words, going by a document's own words, else by a dictionary of its language.

    As the document writes the word elsewhere, so it is written. Else the hyphen is the word's own where both
    halves are words and the whole is none ("well-known"), or where no line of the document ends within a
    word: its program divides words at their own hyphens only.
    """
    whole: Counter[str] = Counter()
    for text in texts:
        lowered = text.lower()
        whole.update(_WORD.findall(lowered))
        whole.update(_HYPHENATED.findall(lowered))
    known = _dictionary(language)
    divides = any(not (known(first.lower()) and known(last.lower())) for first, last in halves)

    def join(first: str, last: str) -> str:
        before, after = _WORD.findall(first.lower()), _WORD.findall(last.lower())
        if not before or not after or not last[:1].islower():
            return f"{first}-{last}"
        plain, hyphenated = before[-1] + after[0], f"{before[-1]}-{after[0]}"
        if whole[plain] or whole[hyphenated]:
            return first + last if whole[plain] >= whole[hyphenated] else f"{first}-{last}"
        both = known(before[-1]) and known(after[0])
        keep = both and (not divides or not known(plain))
        return f"{first}-{last}" if keep else first + last

    return join


def _dictionary(language: str) -> Callable[[str], bool]:
    """Whether a word is one; of a language without a dictionary, none is."""
    from spellchecker import SpellChecker

    if language not in SpellChecker.languages():
        return lambda _: False
    words = SpellChecker(language=language, distance=1).word_frequency
    return lambda word: word in words
