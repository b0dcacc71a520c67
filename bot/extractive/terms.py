"""The words by which a question and a sentence are compared.

Nearer to what people mean than the full-text index's words: a code, a version or a telephone number is one
word, a name is the same on a plain keyboard (Sørlie, Sorlie; Müller, Mueller; O'Neill, ONeill), "Q3" is the
third quarter, and the third is number 3.
"""

import re
from collections.abc import Collection, Iterator, Set
from functools import lru_cache
from itertools import pairwise

from index.words import FUNCTION_WORDS, plain, stem

_TOKEN = re.compile(
    # A telephone number, or another long one in groups.
    r"\+?\d{2,}(?:[ ()-]{1,2}\d{2,}){2,}|[^\W_]+(?:[-._/:,'’&@]+[^\W_]+)*"
)
_SEPARATOR = re.compile(r"[\W_]+")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
# No longer than a number can be.
_VERSION = re.compile(r"\d{1,18}(?:\.\d{1,18})+")
_NUMBERED = re.compile(r"([^\W\d_]*)(\d+)")
# Two numbers in one sentence, the second of them the last: "VP-30450 to VP-31990", "from 1989 to 2003".
_RANGE = re.compile(
    r"(?<![\w.,])(?P<series>[^\W\d_]{0,8}[-./ ]?)(?P<first>\d{2,})"
    r"(?=[^.!?\n]{0,80}?(?:\s*[-–—]\s*|\b(?:to|until|till|through)\s+)(?P=series)(?P<last>\d{2,})(?![\w]))"
)
_FULL_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
_NEWEST = re.compile(r"\b(?:latest|newest|most recent|current)\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\b(?:(first|1st)|(second|2nd)|(third|3rd)|(fourth|4th)) quarter\b|\bq([1-4])\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.IGNORECASE)
# "One" is more often a pronoun.
_NUMERALS = {
    word: str(number)
    for said in (
        " two three four five six seven eight nine ten eleven twelve",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
    for number, word in enumerate(said.split(" "), 1)
}
# Letters that no accent can be taken from, and two letters that stand for one with a diaeresis.
_FOLDED = str.maketrans(
    {"ø": "o", "æ": "a", "œ": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_DIGRAPH = re.compile(r"(?<=[^aeiouq\W])([aou])e(?=[^\W])|\bae|\boe|\bue")


def terms(text: str) -> list[str]:
    """The terms of `text`, in order."""
    return [term for token, _ in _tokens(text) for term in _terms_of(token)]


def telling(text: str) -> list[str]:
    """The terms of `text` that say what it is about, in order; all of them where none does."""
    told = [
        term
        for token, _ in _tokens(text)
        for term in _terms_of(token)
        if _POSSESSIVE.sub("", token).lower() not in FUNCTION_WORDS
    ]
    return told or terms(text)


def in_range(term: str, text: str) -> bool:
    """Whether a number or a code lies between two that `text` gives as the first and the last of a series."""
    numbered = _NUMBERED.fullmatch(term)
    return numbered is not None and any(
        series == numbered[1] and len(first) == len(numbered[2]) and first < numbered[2] < last
        for series, first, last in _ranges(text)
    )


@lru_cache(maxsize=8192)
def _ranges(text: str) -> tuple[tuple[str, str, str], ...]:
    """The series, first and last number of each range in `text`, whose numbers have as many digits."""
    found = ((plain(_SEPARATOR.sub("", m["series"])), m["first"], m["last"]) for m in _RANGE.finditer(text))
    return tuple((series, first, last) for series, first, last in found if len(first) == len(last))


@lru_cache(maxsize=8192)
def present(text: str) -> frozenset[str]:
    """The terms that `text` holds, with the parts of its codes and the versions that its versions are of."""
    held: set[str] = set()
    for token, _ in _tokens(text):
        held.update(_terms_of(token))
        if any(c.isdigit() for c in token):
            held.update(stem(plain(part)) for part in _SEPARATOR.split(token) if part)
            if _VERSION.fullmatch(token):
                parts = token.split(".")
                held.update(".".join(parts[:n]) for n in range(2, len(parts)))
    held.update(_quarters(text))
    return frozenset(held)


def specific(text: str) -> frozenset[str]:
    """The terms of `text` that name one thing (numbers, codes, capitals): no synonym stands for them."""
    found = set(_quarters(text))
    for token, place in _tokens(text):
        capital = token[0].isupper() and (place or (len(token) > 1 and token.isupper()))
        if any(c.isdigit() for c in token) or capital:
            found.update(_terms_of(token) if token.lower() not in FUNCTION_WORDS else ())
    return frozenset(found)


def newest_version(question: str, named: frozenset[str], titles: Collection[str]) -> str:
    """The highest version that a title gives after a name of the question that asks for the newest."""
    if not _NEWEST.search(question):
        return ""
    found = [
        version
        for title in titles
        for (before, _), (token, _) in pairwise(_tokens(title))
        if (version := _VERSION.fullmatch(token)) and not named.isdisjoint(_terms_of(before))
    ]
    return max(found, key=lambda v: [int(part) for part in v[0].split(".")])[0] if found else ""


def full_names(text: str) -> tuple[tuple[str, ...], ...]:
    """The terms of each name of two words or more in `text`, such as a person's."""
    return tuple(tuple(terms(match.group())) for match in _FULL_NAME.finditer(text))


def telling_spans(text: str, left_out: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Where the tokens stand that say what `text` is about, but those whose terms are among those `left_out`.

    Those where none else would stay, and any token of a text that says nothing.
    """
    placed = [(m.start(), _POSSESSIVE.sub("", m.group())) for m in _TOKEN.finditer(text)]
    told = [(start, token) for start, token in placed if token.lower() not in FUNCTION_WORDS]
    kept = [(start, token) for start, token in told if left_out.isdisjoint(_terms_of(token))]
    return tuple((start, start + len(token)) for start, token in kept or told or placed)


def spelled(text: str, wanted: Set[str]) -> tuple[str, ...]:
    """The tokens of `text` whose terms are among those `wanted`, as they are written."""
    return tuple(
        dict.fromkeys(token for token, _ in _tokens(text) if not wanted.isdisjoint(_terms_of(token)))
    )


def _quarters(text: str) -> Iterator[str]:
    for match in _QUARTER.finditer(text):
        number = match[5] or next(n for n in range(1, 5) if match[n])
        yield f"q{number}"


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Tokens, and their places from 0."""
    return ((match.group(), place) for place, match in enumerate(_TOKEN.finditer(text)))


@lru_cache(maxsize=65_536)
def _terms_of(token: str) -> tuple[str, ...]:
    bare = _POSSESSIVE.sub("", token)
    if any(c.isdigit() for c in bare):
        # With dots a version, and else the separators are a matter of taste ("E-1043", "e1043"; "1,200").
        bare = _ORDINAL.sub(r"\1", bare) if _ORDINAL.fullmatch(bare) else bare
        return (bare,) if _VERSION.fullmatch(bare) else (plain(_SEPARATOR.sub("", bare)),)
    parts = re.split(r"[-._/:,&@]+", bare)
    return tuple(_NUMERALS.get(part.lower()) or stem(_folded(part)) for part in parts if part)


def _folded(word: str) -> str:
    letters = plain(word).replace("'", "").replace("’", "")
    return _DIGRAPH.sub(lambda match: match.group()[0], letters.translate(_FOLDED))
