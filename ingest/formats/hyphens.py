"""Words that a line's end divides: with their hyphen, or without."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from index.dictionary import dictionary

_HYPHENATED = re.compile(r"\w+-\w+")
_WORD = re.compile(r"\w+")


def hyphen_join(
    texts: Iterable[str], halves: Iterable[tuple[str, str]], language: str
) -> Callable[[str, str], str]:
    """How to write divided words, going by a document's own words, else by a dictionary of its language.

    As the document writes the word elsewhere, so it is written. Else a whole that is commoner than one of its
    halves is one word ("con-firmed"), and halves whose whole is no word keep their hyphen ("well-known"). The
    rest could be either ("north-east"): it is one word where the document's program divides words at all.
    """
    whole: Counter[str] = Counter()
    for text in texts:
        lowered = text.lower()
        whole.update(_WORD.findall(lowered))
        whole.update(_HYPHENATED.findall(lowered))
    count = dictionary(language)

    def is_divided(before: str, after: str) -> bool:
        return count(before + after) > min(count(before), count(after))

    divides = any(is_divided(first.rstrip("-").lower(), last.lower()) for first, last in halves)

    def join(first: str, last: str) -> str:
        before, after = _WORD.findall(first.lower()), _WORD.findall(last.lower())
        if not before or not after or not last[:1].islower():
            return f"{first}-{last}"
        one, other = before[-1], after[0]
        plain, hyphenated = one + other, f"{one}-{other}"
        if whole[plain] or whole[hyphenated]:
            divided = whole[plain] >= whole[hyphenated]
        elif not (count(one) and count(other)) or is_divided(one, other):
            divided = True
        else:
            divided = divides and count(plain) > 0
        return first + last if divided else f"{first}-{last}"

    return join
