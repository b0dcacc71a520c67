"""Text as search words: lower case, without accents, stemmed as the full-text index stems them.

The index tokenises with SQLite's `porter unicode61 remove_diacritics 2`. What compares words outside SQL
(how much of a question a sentence holds) has to cut them the same way, or "elections" would miss "election".
"""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "logi": "log",
    "bli": "ble", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous",
    "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


def plain(text: str) -> str:
    """`text` in lower case without accents; other letters stay ("Ø" has no accent to lose)."""
    if text.isascii():
        return text.lower()
    # Composed again, so that scripts whose letters are themselves marks are not torn apart.
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare).lower()


def words(text: str) -> list[str]:
    """The words of `text` in order, as the full-text index would cut them, but not stemmed."""
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


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word, by Porter's algorithm (Program 14, 1980, pages 130-137).

    Like SQLite's tokenizer, it leaves words under three or over 64 bytes alone, takes letters past z for
    consonants, and has the two changes that Porter made later ("logi", "bli").
    """
    if not 3 <= len(word.encode(errors="replace")) <= 64:
        return word
    word = _without_plural(word)
    word = _without_tense(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _STEP_2)
    word = _replaced(word, _STEP_3)
    return _without_final_e(_without_suffix(word))


def _shape(part: str) -> str:
    """Each letter as "v" or "c": y is a vowel after a consonant, and a consonant elsewhere."""
    shape = ""
    for letter in part:
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(part: str) -> int:
    """Porter's m: how often a vowel is followed by a consonant."""
    return _shape(part).count("vc")


def _has_vowel(part: str) -> bool:
    return "v" in _shape(part)


def _doubled(part: str) -> bool:
    return len(part) > 1 and part[-1] == part[-2] and _shape(part).endswith("c")


def _ends_short(part: str) -> bool:
    """Porter's *o: consonant, vowel, consonant, the last not w, x or y."""
    return _shape(part).endswith("cvc") and part[-1] not in "wxy"


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_tense(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        part = word.removesuffix(ending)
        if part != word and _has_vowel(part):
            if part.endswith(("at", "bl", "iz")):
                return part + "e"
            if _doubled(part) and part[-1] not in "lsz":
                return part[:-1]
            return part + "e" if _measure(part) == 1 and _ends_short(part) else part
    return word


def _replaced(word: str, endings: dict[str, str]) -> str:
    for length in range(min(7, len(word)), 1, -1):  # the longest ending that is listed decides
        ending = word[-length:]
        if ending in endings:
            part = word[:-length]
            return part + endings[ending] if _measure(part) > 0 else word
    return word


def _without_suffix(word: str) -> str:
    for ending in sorted((e for e in _STEP_4 if word.endswith(e)), key=len, reverse=True):
        part = word.removesuffix(ending)
        if _measure(part) > 1 and (ending != "ion" or part.endswith(("s", "t"))):
            return part
        return word
    return word


def _without_final_e(word: str) -> str:
    if word.endswith("e"):
        part = word[:-1]
        measure = _measure(part)
        if measure > 1 or (measure == 1 and not _ends_short(part)):
            word = part
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
