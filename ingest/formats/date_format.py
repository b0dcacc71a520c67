"""Days and times of spreadsheet cells as their number formats show them (ECMA-376, part 1, 18.8.31)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from index.dates import MONTHS, WEEKDAYS

# A literal in quotation marks or escaped, what is as wide as a character or fills the cell, a language, hours
# that go on beyond a day, and the parts of a moment.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$[^\]-]*(?:-(?P<language>[^\]]*))?\]|\[[^\]]*\]'
    r"|(?P<half>am/pm|a/p)|(?P<part>y+|m+|d+|h+|s+)|\.0+|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = re.compile("m{3}|d{3}", re.IGNORECASE)
# The short day of whoever looks at it: no order of day and month is the cell's own.
_BY_READER = frozenset(("mm-dd-yy", "m/d/yy", "m/d/yy h:mm", "general", ""))
_ENGLISH = 0x09

Moment = datetime | date | time


def shown_moment(value: Moment, section: str) -> str:
    """A day or time as a section of a format shows it.

    In ISO 8601 where the format leaves it to the reader, or names months in another language than English.
    """
    tokens = list(_TOKEN.finditer(section))
    parts = [token for token in tokens if token["part"] or token["half"]]
    languages = (token["language"] for token in tokens if token["language"])
    foreign = _NAMES.search(section) and not all(map(_is_english, languages))
    dated = any(token[0][0] in "yYdD" or token[0].lower().startswith("mmm") for token in parts)
    if section.lower() in _BY_READER or not parts or foreign or (isinstance(value, time) and dated):
        return _iso(value)
    twelve = any(token["half"] for token in parts)
    return "".join(_written(token, parts, value, twelve=twelve) for token in tokens).strip(" @")


def shown_duration(value: timedelta, section: str) -> str:
    """Hours and minutes, and seconds where the format has some."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    said = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{said}:{seconds % 60:02}" if "s" in section.lower() or seconds % 60 else said


def _written(token: re.Match[str], parts: Sequence[re.Match[str]], value: Moment, *, twelve: bool) -> str:
    if token["half"]:
        return "AM" if _clock(value).hour < 12 else "PM"
    if not token["part"]:
        return token["quoted"] or token["escaped"] or token["other"] or ""
    kind, wide = token["part"][0].lower(), len(token["part"])
    if kind in "hs" or (kind == "m" and wide < 3 and _are_minutes(token, parts)):
        clock = _clock(value)
        hour = clock.hour % 12 or 12 if twelve else clock.hour
        return f"{ {'h': hour, 'm': clock.minute, 's': clock.second}[kind]:0{min(wide, 2)}}"
    return "" if isinstance(value, time) else _of_day(value, kind, wide)


def _are_minutes(token: re.Match[str], parts: Sequence[re.Match[str]]) -> bool:
    """Whether "m" stands for minutes: after hours, or before seconds."""
    place = parts.index(token)
    after, before = (
        parts[place - 1][0] if place else "",
        "".join(one[0] for one in parts[place + 1 : place + 2]),
    )
    return after[:1].lower() == "h" or before[:1].lower() == "s"


def _of_day(day: date, kind: str, wide: int) -> str:
    if kind == "y":
        return f"{day.year % 100:02}" if wide < 3 else f"{day.year:04}"
    if wide < 3:
        return f"{day.month if kind == 'm' else day.day:0{wide}}"
    name = MONTHS[day.month - 1] if kind == "m" else WEEKDAYS[day.weekday()]
    return {3: name[:3], 5: name[:1]}.get(wide, name)


def _is_english(language: str) -> bool:
    """Whether the language that a format names, by its number or its tag, is English, or the reader's."""
    if language.lower().startswith("en"):
        return True
    try:
        return int(language[-4:], 16) & 0x3FF in (_ENGLISH, 0)
    except ValueError:
        return False


def _clock(value: Moment) -> time:
    if isinstance(value, datetime):
        return value.time()
    return value if isinstance(value, time) else time()


def _iso(value: Moment) -> str:
    exact = "seconds" if _clock(value).second else "minutes"
    if isinstance(value, datetime):
        return value.isoformat(" ", exact) if value.time() != time() else value.date().isoformat()
    return value.isoformat(exact) if isinstance(value, time) else value.isoformat()
