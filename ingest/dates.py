"""Dates as publishers write them, read without guessing."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from index.dates import MONTH_NUMBERS

_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?\.?"
_MONTH = r"([a-z]+)\.?"
_YEAR = r"([0-9]{4})"

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})(?:[Tt\s]\s*(.+))?")
_CLOCK = re.compile(
    r"([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)\s*"
    r"(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?)?",
    re.IGNORECASE,
)
_RFC_2822 = re.compile(
    r"(?:[a-z]{3},\s*)?[0-9]{1,2}\s+[a-z]{3}\s+[0-9]{4}"
    r"\s+[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\s+(?:[+-][0-9]{4}|[a-z]{1,5}))?",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(rf"{_WEEKDAY}{_DAY}\s+{_MONTH},?\s+{_YEAR}", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})")

_FIRST_YEAR = 1000


def parse_date(value: object) -> str:
    """`value` as an ISO 8601 day ("2026-03-12") or moment with offset ("2026-03-12T08:30:00+01:00").

    None and blank text give "". A moment that does not say its time zone gives its day alone, since the
    moment is not known; fractions of a second are dropped. Read are dates, datetimes, ISO 8601, RFC 2822
    ("Thu, 12 Mar 2026 08:30:00 +0100") and days with an English month ("12 March 2026", "March 12, 2026").

    Raises ValueError, with a sentence for readers, for all else, days whose month is a guess included.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    if not isinstance(value, str):
        raise ValueError(_refusal(value))
    written = " ".join(value.split())
    if not written:
        return ""
    try:
        read = _read(written)
    except (ValueError, OverflowError):
        read = ""
    if not read:
        raise ValueError(_refusal(written))
    return read


def _read(written: str) -> str:
    """The date, or "" where it is written in no known way; ValueError where there is no such day."""
    if found := _YEAR_FIRST.fullmatch(written):
        year, _, month, day, rest = found.groups()
        return _iso(f"{year}-{month}-{day}", rest or "")
    if _RFC_2822.fullmatch(written):
        return _moment(parsedate_to_datetime(written))
    if found := _DAY_MONTH.fullmatch(written):
        day, month, year = found.groups()
        return _named(year, month, day)
    if found := _MONTH_DAY.fullmatch(written):
        month, day, year = found.groups()
        return _named(year, month, day)
    return ""


def _iso(day: str, rest: str) -> str:
    if not rest:
        return _day(date.fromisoformat(day))
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return ""
    offset = (clock[2] or "").upper()
    offset = "+00:00" if offset in ("Z", "UTC", "GMT") else offset
    return _moment(datetime.fromisoformat(f"{day}T{clock[1].replace(',', '.')}{offset}"))


def _named(year: str, month: str, day: str) -> str:
    number = MONTH_NUMBERS.get(month.lower())
    return _day(date(int(year), number, int(day))) if number else ""


def _day(day: date) -> str:
    if day.year < _FIRST_YEAR:
        raise ValueError(_refusal(day.isoformat()))
    return day.isoformat()


def _moment(moment: datetime) -> str:
    day = _day(moment.date())
    return day if moment.utcoffset() is None else moment.replace(microsecond=0).isoformat()


def _refusal(value: object) -> str:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    if isinstance(value, str) and _AMBIGUOUS.fullmatch(value):
        return f"{shown} may be one of two days; write the year first, like 2026-03-12"
    return f"{shown} is not a date; write it like 2026-03-12"
