"""Days as people give them to an option: 2026-03-12, 2026-03, 2026, yesterday, "last week", "12 March"."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from index.errors import UsageError

Bound = Literal["since", "until", "now"]
_WHOLE = re.compile(r"\d{4}-?\d\d-?\d\d")
_PARTLY = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_AGO = re.compile(r"(\d{1,4})\s*([dw])")
_AGO_DAYS = {"d": 1, "w": 7}
_SLASHES = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}")


def day_given(value: str, bound: Bound, today: date) -> date:
    """The first day of what `value` names for "since", the last one for "until", the one day for "now".

    Words such as "yesterday" are meant from `today`. Raises UsageError for what names no such day.
    """
    text = " ".join(value.split())
    first, last = _days(text, today)
    day = first if bound == "since" else last
    if day is None or (bound == "now" and first != last):
        hint = (
            " (with slashes or dots it is not certain which is the month)" if _SLASHES.fullmatch(text) else ""
        )
        kinds = "2026-03-12" if bound == "now" else "2026-03-12, 2026-03, 2026"
        msg = f"The day for {bound!r} is {value!r}{hint}; write it as {kinds} or yesterday."
        raise UsageError(msg)
    return day


def moment_given(value: str, now: datetime) -> datetime:
    """The moment, in UTC, that "7d" or "2w" before `now` or the beginning of a day means.

    Raises UsageError for anything else.
    """
    if ago := _AGO.fullmatch(value.strip()):
        return now - timedelta(days=int(ago[1]) * _AGO_DAYS[ago[2]])
    try:
        day = day_given(value, "since", now.astimezone().date())
    except UsageError as error:
        msg = f"The day for 'since' is {value!r}; write it as 7d, 2w, 2026-03-12 or yesterday."
        raise UsageError(msg) from error
    return datetime.combine(day, time()).astimezone(UTC)


def _days(text: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day that a text names, and nothing but them."""
    if _WHOLE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None, None
        return day, day
    if partly := _PARTLY.fullmatch(text):
        return _month_or_year(int(partly[1]), int(partly[2] or 0))
    return _in_words(text, today)


def _month_or_year(year: int, month: int) -> tuple[date | None, date | None]:
    if not 1 <= year <= date.max.year or month > 12:
        return None, None
    last = month or 12
    return date(year, month or 1, 1), date(year, last, calendar.monthrange(year, last)[1])


def _in_words(text: str, today: date) -> tuple[date | None, date | None]:
    # Its patterns take longer to compile than most days to be read.
    from index.query.date_spans import named_span

    for said in (text, f"on {text}"):
        named = named_span(said, today)
        if named and named.places == ((0, len(said)),):
            return named.days.start, named.days.end
    return None, None
