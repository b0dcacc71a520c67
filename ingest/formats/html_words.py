"""Whether two writings say the same, as a page's titles do that are written for different places."""

import re

_WORD = re.compile(r"\w+")
_MOSTLY = 0.5


def bare(text: str) -> str:
    """The words of a text in lower case, with one space between."""
    return " ".join(_WORD.findall(text.lower()))


def agree(one: str, other: str) -> bool:
    """Whether two titles may be of one article: the one holds the other, or they share half their words."""
    first, second = bare(one), bare(other)
    if not first or not second:
        return False
    if f" {first} " in f" {second} " or f" {second} " in f" {first} ":
        return True
    words, others = set(first.split()), set(second.split())
    return len(words & others) >= _MOSTLY * min(len(words), len(others))
