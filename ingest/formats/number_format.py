"""Values of spreadsheet cells as their number formats show them (ECMA-376, part 1, 18.8.31).

What a format cannot be followed in (fractions, conditions, names of months in another language than English)
is shown plainly: a number by its digits, a day in ISO 8601.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from ingest.formats.date_format import shown_duration, shown_moment

# A literal in quotation marks or escaped, what is as wide as a character or fills the cell, a currency or a
# language, a colour or a condition, and the placeholders of numbers.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<digits>[0#?][0#?,.]*|\.[0#?]+)|(?P<other>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)', re.DOTALL)
_MOST_PLACES = 30


def shown(value: object, code: str) -> str:
    """A cell's value as its format `code` shows it; "" for an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, code)
        case datetime() | date() | time():
            return shown_moment(value, _sections(code)[0])
        case timedelta():
            return shown_duration(value, _sections(code)[0])
    return str(value)


def plain_number(value: float) -> str:
    """A number without any format, to the twelve digits that a calculation is good for."""
    try:
        written = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.12g}")
    except (InvalidOperation, ValueError):
        return str(value)
    if not written.is_finite() or abs(written.adjusted()) > _MOST_PLACES:
        return str(value)
    return format(written.normalize() if written else Decimal(0), "f")


def _number(value: float, code: str) -> str:
    sections = _sections(code)
    section = sections[0]
    if value < 0 and len(sections) > 1 and sections[1]:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    return _by_section(value, section) or plain_number(value)


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    """The sections of a format: for positive numbers, negative ones, zero, and text."""
    return tuple(found[1] for found in _SECTION.finditer(code) if found.start() < len(code)) or ("",)


@lru_cache(maxsize=256)
def _tokens(section: str) -> tuple[tuple[str, str], ...] | None:
    """What a section writes: literals, placeholders, a percent sign; None where it cannot be followed."""
    found: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(section):
        kind, text = token.lastgroup or "", token[0]
        if token["money"] is not None:
            found.append(("literal", token["money"]))
        elif kind in ("quoted", "escaped"):
            found.append(("literal", token[kind]))
        elif kind == "digits":
            found.append(("digits", text))
        elif kind == "bracket" and text[1:2] in "<>=":
            return None
        elif kind == "other":
            if text in "Ee/@" or (text.isalpha() and text.isascii()):
                return None
            found.append(("percent" if text == "%" else "literal", text))
    return tuple(found)


def _by_section(value: float, section: str) -> str:
    """The number in a section of a format; "" where that has no place for one, or cannot be followed."""
    tokens = _tokens(section)
    if section.strip().lower() in ("", "general") or tokens is None:
        return ""
    places = [text for kind, text in tokens if kind == "digits"]
    if len(places) != 1:
        # Digits in groups, as those of a telephone; or words alone, such as "free" for zero.
        return _in_groups(value, tokens) if places else "".join(t for _, t in tokens).strip()
    percent = sum(kind == "percent" for kind, _ in tokens)
    try:
        digits = _digits(Decimal(repr(value)) * 100**percent, places[0])
    except (InvalidOperation, OverflowError):
        return ""
    said = "".join(digits.lstrip("-") if kind == "digits" else text for kind, text in tokens).strip()
    return f"-{said}" if digits.startswith("-") else said


def _digits(number: Decimal, places: str) -> str:
    whole, _, decimals = places.partition(".")
    scale = len(whole) - len(whole.rstrip(",")) if not decimals else 0
    scale += len(decimals) - len(decimals.rstrip(","))
    decimals, grouped = decimals.strip(","), "," in whole.strip(",")
    number = (number / 1000**scale).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    least = decimals.rfind("0") + 1
    text = format(abs(number), ",f" if grouped else "f")
    ahead, _, after = text.partition(".")
    ahead = ahead.zfill(whole.count("0")) if not grouped else ahead
    if ahead == "0" and "0" not in whole:
        ahead = ""
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    said = f"{ahead}.{after}" if after else ahead
    return f"-{said}" if number < 0 else said


def _in_groups(value: float, tokens: tuple[tuple[str, str], ...]) -> str:
    places = [text for kind, text in tokens if kind == "digits"]
    if value != int(value) or value < 0 or any(set(text) - set("0#?") for text in places):
        return ""
    digits = str(int(value)).zfill(sum(text.count("0") for text in places))
    said: list[str] = []
    left = len(places)
    for kind, text in reversed(tokens):
        if kind == "digits":
            left -= 1
            cut = max(0, len(digits) - len(text)) if left else 0
            text, digits = digits[cut:], digits[:cut]
        said.append(text)
    return "".join(reversed(said)).strip()
