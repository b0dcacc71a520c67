"""Whether a text shows a gold answer, after folding what differs between two spellings of the same words."""

import re
import unicodedata
from collections.abc import Iterable

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POSSESSIVE = re.compile(r"['’]s\b")
_PERCENT = re.compile(r"\s?%|\bper cent\b")
# A point within a number stays ("3.5" is not "35"), any other goes ("U.S." is "US"); so do apostrophes.
_DROPPED = re.compile(r"(?<!\d)\.|\.(?!\d)|['’`]")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")
_ARTICLES = frozenset({"a", "an", "the"})


def folded(text: str) -> str:
    """`text` as its words alone: no case, accents, punctuation, articles or doubled spaces.

    After the answer normalisation of SQuAD (Rajpurkar et al. 2016, evaluate-v1.1.py), which drops case,
    punctuation, articles and white space; on top of it accents, possessives and digit grouping are dropped,
    "%" is "percent", and hyphens part words. Of articles alone nothing is left.
    """
    # Decomposed first: a letter of the mathematical alphabets has no case of its own, what it stands for has.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    plain = _PERCENT.sub(" percent ", _THOUSANDS.sub("", plain))
    words = _WORD.findall(_DROPPED.sub("", _POSSESSIVE.sub("", plain)))
    return " ".join(word for word in words if word not in _ARTICLES)


def shows(text: str, answers: Iterable[str]) -> bool:
    """Whether any of `answers` stands in `text` as whole words."""
    within = f" {folded(text)} "
    return any((gold := folded(answer)) and f" {gold} " in within for answer in answers)
