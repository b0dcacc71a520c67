"""Dictionaries: how common words are in some languages, outside what is on record."""

from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=4)
def dictionary(language: str) -> Callable[[str], int]:
    """How common a word in lower case is in `language` (ISO 639-1); where there is no dictionary, no word is.

    One takes a fifth of a second to load.
    """
    from spellchecker import SpellChecker

    if language not in SpellChecker.languages():
        return lambda _: 0
    words = SpellChecker(language=language, distance=1).word_frequency
    return lambda word: int(words[word])
