"""The days that a text names, resolved against the day on which it was published.

English only. News dates what it tells by weekday ("on Monday") more often than by the day of a month, so a
weekday is the last one up to the day of publication, or the next one where the sentence speaks of what is to
come, and none where it names a span ("Monday to Friday"), a repetition or hours of opening. A day without its
year is the last one too, or one of the next months.
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
# "It will close in June, its owner said on Monday": who speaks so has spoken.
_SAID = re.compile(r"\b(?:said|says|told|announced|confirmed|reported|added|wrote|warned)\b")
_DEADLINE = re.compile(r"\b(?:by|until|till) (?:the )?$")
# What makes a weekday no single day, by what stands before it and behind it.
_ANY_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)})s?\b"
_SPAN = r"(?:\s*[-–—]\s*|\s+(?:to|through|until|till)\s+)"
_NOT_ONE_BEFORE = re.compile(
    rf"(?:\b(?:every|each)(?: \w+)?\s+(?:{_ANY_WEEKDAY}(?:,| and| or) )*"
    rf"|\b{_ANY_WEEKDAY}{_SPAN}|\bbetween (?:{_ANY_WEEKDAY} and )?)$",
    re.IGNORECASE,
)
_NOT_ONE_BEHIND = re.compile(
    rf"{_SPAN}{_ANY_WEEKDAY}|\s+(?:mornings|afternoons|evenings|nights)\b"
    r"|\s+(?:of|in) (?:each|every|the|a) month\b",
    re.IGNORECASE,
)
# "Monday: 9 am to 5 pm" and "Sunday closed", on a line of their own.
_HOURS = re.compile(
    r"[\s:,–—-]*(?:closed\b|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\b\.?)?\s*(?:[-–—,]|to\b|until\b)\s*\d)",
    re.IGNORECASE,
)
# Between a weekday and the day of a month that it is: "Monday, 9 March", "Monday the 9th of March".
_IS_DAY = re.compile(r",? (?:the )?")
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
            if any(_is_part(match, one) for one in found):
                continue
            try:
                day = read(match, published)
            except (ValueError, OverflowError):
                continue
            if day is not None:
                found.append(DayMention(*match.span(), day, read in (_iso, _of_month)))
    return sorted(found, key=lambda one: one.start)


def _is_part(match: re.Match[str], of: DayMention) -> bool:
    """Whether a match lies within a day that was found, or is its weekday."""
    if match.start() < of.end and of.start < match.end():
        return True
    return of.explicit and bool(_IS_DAY.fullmatch(match.string, match.end(), max(match.end(), of.start)))


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
    if "," in sentence and _SAID.search(clause := sentence.rsplit(",", 1)[1]):
        sentence = clause
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


def _weekday(match: re.Match[str], published: date) -> date | None:
    if not _is_one_day(match):
        return None
    back = (published.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    said = (match["which"] or "").lower()
    if said == "next" or (said != "last" and _is_to_come(match)):
        return published + timedelta(days=7 - back if back or said == "next" else 0)
    return published - timedelta(days=back or (7 if said == "last" else 0))


def _is_one_day(match: re.Match[str]) -> bool:
    text, end = match.string, match.end()
    before = text[max(0, match.start() - _SEEN) : match.start()]
    hours = not before.strip(" \t-*•·") and _HOURS.match(text, end)
    return not (hours or _NOT_ONE_BEFORE.search(before) or _NOT_ONE_BEHIND.match(text, end))


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
