"""The days that a text names, resolved against the day on which it was published.

English only. News dates what it tells by weekday ("on Monday") more often than by the day of a month, so a
weekday is the last one up to the day of publication, or the next one where the sentence speaks of what is to
come. A day without its year is the last one too, or one
of the next months.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTH_NUMBERS, MONTHS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = "|".join(f"{form}\\b\\.?" for form in MONTH_NUMBERS if len(form) <= len("sept"))
# "May" and "March" are words, too: months have their capital.
_MONTH = rf"(?P<month>(?i:{'|'.join(MONTHS)}|{_SHORT}))"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)\b)?"
_COUNTS = {"a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_NAMED = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1, "last night": -1, "tomorrow": 1,
}  # fmt: skip
_TO_COME = re.compile(r"\b(?:will|shall|would|to be|is to|are to|due|scheduled|plans?|planned|expected)\b")
_DEADLINE = re.compile(r"\b(?:by|until|till) (?:the )?$")
_SEEN = 120
# How far ahead of its article a day without a year may lie, before it is taken for the last year's.
_MOST_AHEAD = 120


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day that a text names at [start, end). `explicit` where it is named by its number and month."""

    start: int
    end: int
    day: date
    explicit: bool


def days_named(text: str, published: date) -> list[DayMention]:
    """The days that `text` names, in its order; no months, years or spans."""
    found: list[DayMention] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            try:
                day = read(match, published)
            except (ValueError, OverflowError):
                continue
            if day is not None:
                found.append(DayMention(*match.span(), day, read in (_iso, _of_month)))
    return sorted(found, key=lambda one: one.start)


def _iso(match: re.Match[str], _: date) -> date:
    return date(int(match["year"]), int(match["number"]), int(match["day"]))


def _of_month(match: re.Match[str], published: date) -> date | None:
    if not match["month"][0].isupper():
        return None
    month, day = MONTH_NUMBERS[match["month"].lower().rstrip(".")[:3]], int(match["day"])
    if match["year"]:
        return date(int(match["year"]), month, day)
    near = list(_in_years(published.year, month, day))
    if _is_to_come(match):
        return min((one for one in near if one >= published), default=None)
    ahead = published + timedelta(days=_MOST_AHEAD)
    return max((one for one in near if one <= ahead), default=None)


def _is_to_come(match: re.Match[str]) -> bool:
    """Whether the words before a day, in its sentence, speak of what is to come."""
    before = match.string[max(0, match.start() - _SEEN) : match.start()]
    sentence = re.split(r"[.!?]\s", before)[-1]
    return bool(_TO_COME.search(sentence) or _DEADLINE.search(sentence))


def _in_years(year: int, month: int, day: int) -> Iterator[date]:
    for one in (year - 1, year, year + 1):
        try:
            yield date(one, month, day)
        except ValueError:
            # 29 February, in most years.
            continue


def _by_name(match: re.Match[str], published: date) -> date:
    return published + timedelta(days=_NAMED[" ".join(match.group().lower().split())])


def _ago(match: re.Match[str], published: date) -> date:
    said = match["count"].lower()
    return published - timedelta(days=_COUNTS.get(said) or int(said))


def _weekday(match: re.Match[str], published: date) -> date:
    back = (published.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    said = (match["which"] or "").lower()
    if said == "next" or (said != "last" and _is_to_come(match)):
        return published + timedelta(days=7 - back if back or said == "next" else 0)
    return published - timedelta(days=back or (7 if said == "last" else 0))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"), _iso),
    (re.compile(rf"\b{_DAY}(?: of)? {_MONTH}{_YEAR}(?![\w])"), _of_month),
    (re.compile(rf"\b{_MONTH} {_DAY}(?![\d:]){_YEAR}"), _of_month),
    (re.compile(rf"\b(?:{'|'.join(_NAMED)})\b(?!['’]s)", re.IGNORECASE), _by_name),
    (re.compile(rf"\b(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)}) days? ago\b", re.IGNORECASE), _ago),
    (
        re.compile(
            rf"\b(?:(?P<which>last|next|this) )?(?P<weekday>{'|'.join(_WEEKDAYS)})\b(?!s)", re.IGNORECASE
        ),
        _weekday,
    ),
)
