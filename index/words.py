"""Text as search words: lower case, without accents, stemmed as the full-text index stems them.

The index tokenises with SQLite's `porter unicode61 remove_diacritics 2`. What compares words outside SQL
(how much of a question a sentence holds) has to cut them the same way, or "elections" would miss "election".
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

# The rest of a text need not be looked at letter by letter.
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_TYPOGRAPHIC = "“”‘’–—…\u00a0"
_WORD = re.compile(r"[^\W_]+")

_PORTER = snowballstemmer.stemmer("porter")
_STEMMING = Lock()


def plain(text: str) -> str:
    """`text` in lower case without accents; other letters stay ("Ø" has no accent to lose)."""
    if text.isascii():
        return text.lower()
    # Composed again, so that scripts whose letters are themselves marks are not torn apart.
    bare = _NOT_ASCII.sub(_without_marks, unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).lower()


def _without_marks(match: "re.Match[str]") -> str:
    return "".join(c for c in match.group() if unicodedata.category(c) != "Mn")


def words(text: str) -> list[str]:
    """The words of `text` in order, as the full-text index would cut them, but not stemmed."""
    if not text.isascii():
        # Most text has no other letters than these, and need not be looked at mark by mark.
        for mark in _TYPOGRAPHIC:
            text = text.replace(mark, " ")
    return _WORD.findall(plain(text))


# Words that say how a sentence is built and not what it is about. Question words are among them: what they
# ask for is read elsewhere. "s", "t", "re" … are what is left of "it's", "don't", "we're".
FUNCTION_WORDS = frozenset(
    words("""
        a about an and any are as at be been being but by can could d did do does doing for from had has have
        having he her hers him his how i if in into is it its itself just ll m may me might must my no nor
        not of off on or our ours out over own re s shall she should so some such t than that the their
        theirs them themselves then there these they this those to too under up upon us ve was we were what
        when where which while who whom whose why will with would you your yours
    """)
)


def stems(text: str) -> list[str]:
    """The words of `text` in order, stemmed."""
    return [stem(word) for word in words(text)]


def beginnings(stemmed: str) -> tuple[str, ...]:
    """How every word begins whose stem is `stemmed`.

    Porter's rules leave the first two letters as they are, but for a "y" that becomes "i" ("says", "sai").
    """
    start = stemmed[:2]
    return (start, f"{start[0]}y") if start[1:] == "i" else (start,)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word, by Porter's algorithm (Program 14, 1980, pages 130-137).

    Like SQLite's tokenizer, it leaves numbers alone, and words under three or over 64 bytes. It lacks the two
    changes that Porter made later and SQLite has ("logi", "bli"): "apology" is then taken for a word that
    occurs nowhere, and weighs a little more than it should.
    """
    if word.isdecimal() or not 3 <= len(word.encode(errors="replace")) <= 64:
        return word
    # The stemmer keeps the word that it is working on in itself, and searches run in several threads.
    with _STEMMING:
        stemmed: str = _PORTER.stemWord(word)
    return stemmed
