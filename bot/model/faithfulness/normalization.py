"""Numbers, months, clock times and abbreviations in one form, to compare by."""

import re
from collections.abc import Iterator
from decimal import Decimal

from index.dates import MONTH_NUMBERS, MONTHS
from index.words import plain, words

_UNITS = {
    word: number
    for number, word in enumerate(
        words("""
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
            sixteen seventeen eighteen nineteen
        """)
    )
}
_TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        range(20, 100, 10),
        strict=True,
    )
)
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_ATTACHED = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "tn": 1_000_000_000_000}
_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        words("""
            first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
            fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
        """),
        1,
    )
}
# What a part or a multiple may be written as.
_PARTS = {"half": "50", "halve": "50", "halved": "50", "quarter": "25", "double": "2", "doubled": "2",
          "twice": "2", "triple": "3", "tripled": "3", "thrice": "3", "both": "2", "pair": "2"}  # fmt: skip
_SPELLED = "|".join([*_UNITS, *_TENS, *_SCALES, "dozen"])
_SPELLED_RUN = re.compile(
    rf"\b(?:(?:a|half a|(?:{_SPELLED}))(?:[\s-]+(?:and\s+)?))*(?:{_SPELLED})s?\b", re.IGNORECASE
)
_FIGURE = re.compile(
    rf"(?<![\w.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:(?P<attached>k|mn?|bn|tn)\b|[\s-]+(?P<scale>{'|'.join(_SCALES)})\b)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![£$€¥.,])\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b(?!\s?(?:%|per ?cent|[mb]illion|trillion))"
)
_MONTH = "|".join(sorted((form for form in MONTH_NUMBERS if len(form) < 5 and form != "may"), key=len)[::-1])
_SHORT_MONTH = re.compile(rf"\b({_MONTH})\b\.?(?=\s+\d)|(?<=\d\s)({_MONTH})\b\.?", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")


def even(text: str) -> str:
    """`text` with months written out, dotted abbreviations without dots and clock times by 24 hours."""
    text = text.replace("’", "'").replace("‘", "'")
    text = _CLOCK.sub(_by_24, text)
    text = _SHORT_MONTH.sub(lambda m: MONTHS[MONTH_NUMBERS[(m[1] or m[2]).lower()] - 1], text)
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text)


def numbers(text: str) -> set[str]:
    """The numbers in a text that went through `even`, each in one form; a time of day is one of them.

    "One" alone is not told from the word that stands for a thing, and left out.
    """
    return set(_found(plain(text)))


def parts(text: str) -> set[str]:
    """What the words for parts and multiples in a text may also be written as: "half" as 50 (per cent)."""
    said = set(re.findall(r"[a-z]+", plain(text)))
    return {value for word, value in _PARTS.items() if word in said}


def _found(text: str) -> Iterator[str]:
    for word, value in _ORDINALS.items():
        if re.search(rf"\b{word}\b", text):
            yield value
    for time in _TIME.finditer(text):
        yield f"{int(time[1])}:{time[2]}"
    text = _TIME.sub(" ", text)
    for figure in _FIGURE.finditer(text):
        yield _scaled(figure)
    text = _FIGURE.sub(" ", text)
    for run in _SPELLED_RUN.finditer(text):
        if run[0] != "one":
            yield _plainly(_spelled(run[0]))
    # What is no plain figure ("40-22", "3rd", "B12") counts by its digits.
    for rest in _DIGITS.findall(text):
        yield rest.replace(",", "").lstrip("0") or "0"


def _scaled(figure: re.Match[str]) -> str:
    value = Decimal(figure["digits"].replace(",", ""))
    scale = _ATTACHED.get(figure["attached"] or "") or _SCALES.get(figure["scale"] or "") or 1
    return _plainly(value * scale)


def _spelled(run: str) -> Decimal:
    """The value of number words: "two hundred and five thousand", "twenty-five", "a dozen"."""
    whole = part = Decimal(0)
    for word in re.findall(r"[a-z]+", run):
        word = word if word in _SCALES or word in _UNITS or word in _TENS else word.rstrip("s")
        if word in ("a", "and"):
            continue
        if word == "half":
            part = Decimal("0.5")
        elif word == "dozen":
            part = (part or Decimal(1)) * 12
        elif word == "hundred":
            part = (part or Decimal(1)) * 100
        elif word in _SCALES:
            whole, part = whole + (part or Decimal(1)) * _SCALES[word], Decimal(0)
        else:
            part += _UNITS.get(word, 0) or _TENS.get(word, 0)
    return whole + part


def _plainly(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _by_24(clock: re.Match[str]) -> str:
    hour = int(clock[1]) % 12 + (12 if clock[3].lower() == "p" else 0)
    return f"{hour}:{clock[2] or '00'}"
