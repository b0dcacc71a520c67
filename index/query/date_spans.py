"""Days and spans of days that a question names in words: "in March", "since 2024", "three weeks ago".

English only, and only what can be told without guessing: what has several readings is left alone. A month or
a day without its year is the last one that had begun by "now"; a week is the last seven days, since nobody
who asks on a Monday about "this week" means that Monday.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTH_NUMBERS, MONTHS, WEEKDAYS, long_day

_WEEKDAYS = tuple(map(str.lower, WEEKDAYS))
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "couple of": 2, "few": 3, "several": 3,
}  # fmt: skip
# First month of each; a winter runs into the next year.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_SHORT = [form for form in MONTH_NUMBERS if len(form) <= len("sept")]
_MONTH = rf"(?:{'|'.join(MONTHS).lower()}|(?:{'|'.join(_SHORT)})\b\.?)"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT = r"(?:day|week|month|year)s?"
_DOTTED = rf"\d{{1,2}}\.\d{{1,2}}\.{_YEAR}"
# Parts of a year: the first month of each, and how many it has.
_PARTS = {"first half": (1, 6), "second half": (7, 6), "early": (1, 4), "mid": (5, 4), "late": (9, 4)}
# A quarter is more often what a report is about than when it was published: it is left to the search.
_QUARTER = rf"(?:(?:first|second|third|fourth|last|1st|2nd|3rd|4th) quarter|q[1-4])(?: of)?,?(?: {_YEAR})?"

# One place in time: what `_place` reads. The longer forms come first.
_PLACE = (
    rf"(?:{_YEAR}-\d\d-\d\d"
    rf"|{_DOTTED}"
    rf"|(?:the )?(?:{'|'.join(_PARTS)})(?: of|[ -])? ?{_YEAR}"
    rf"|(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?"
    rf"|{_MONTH} {_DAY}(?!\d)(?:,? {_YEAR})?"
    rf"|(?:early |late |mid-?)?{_MONTH}(?: of)?,? {_YEAR}"
    rf"|(?:the )?(?:{'|'.join(_SEASONS)})(?: of)? {_YEAR}"
    rf"|{_MONTH}(?! \d)"
    rf"|{_YEAR})"
)
_RELATIVE = (
    rf"(?:today(?!['’]s)|tonight|(?:the )?day before yesterday|yesterday|this morning"
    rf"|(?:this|last|past|previous) (?:week(?:end)?|month|year|{'|'.join(_SEASONS)}|{_MONTH}(?! \d))"
    rf"|(?:last |on |this |past )(?:{'|'.join(_WEEKDAYS)})"
    # Months and years ago are what things are compared with, more often than when something was said.
    rf"|(?<![\d,.])(?:a |the )?{_COUNT} (?:day|week)s? ago"
    rf"|(?:in |over |during |within )?the (?:last|past) (?:{_COUNT} )?{_UNIT})"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included; None is no bound."""

    start: date | None
    end: date | None

    def __str__(self) -> str:
        """Write it as a reader would: "12 March 2026", "1–31 March 2025", "since 3 May 2024"."""
        if self.start is None or self.end is None:
            return f"since {_long(self.start)}" if self.start else f"until {_long(self.end)}"
        if self.start == self.end:
            return _long(self.start)
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return f"{self.start.day}–{_long(self.end)}"
        if self.start.year == self.end.year:
            return f"{self.start.day} {MONTHS[self.start.month - 1]} – {_long(self.end)}"
        return f"{_long(self.start)} – {_long(self.end)}"


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A span with the places in the question, white space made single, that name it."""

    days: Span
    places: tuple[tuple[int, int], ...]


def named_span(question: str, now: date) -> NamedSpan | None:
    """The span of days that a question names, and where.

    Two spans that do not touch ("in 2019 or in 2021") are more than one constraint can say.
    """
    text = " ".join(question.split())
    found: list[Span] = []
    taken: list[tuple[int, int]] = []
    places: list[tuple[int, int]] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            try:
                span = read(match, now) if read else None
            except (OverflowError, StopIteration):
                # What lies before the year 1 are no days.
                span = None
            if span is not None:
                found.append(span)
                # What an event is dated by ("since the election of 2024") still says what is asked about.
                places.append(match.span("place") if match.groupdict().get("dated") else match.span())
            if span is not None or read is None:
                taken.append(match.span())
    days = _common(found) if found else None
    return NamedSpan(days, tuple(sorted(places))) if days else None


def _common(spans: list[Span]) -> Span | None:
    start = max((span.start for span in spans if span.start), default=None)
    end = min((span.end for span in spans if span.end), default=None)
    return None if start and end and start > end else Span(start, end)


def _place(text: str, now: date) -> Span | None:
    """The days of one place in time."""
    for read in (_iso, _dotted, _part, _day_of_month, _season, _month, _year):
        span = read(text.lower(), now)
        if span is not None:
            return span
    return None


def _iso(text: str, _: date) -> Span | None:
    match = re.fullmatch(rf"({_YEAR})-(\d\d)-(\d\d)", text)
    return _days(lambda: date(*map(int, match.groups()))) if match else None


def _dotted(text: str, _: date) -> Span | None:
    """Read "3.11.2026": with dots the day comes first; with slashes it depends on the country."""
    match = re.fullmatch(rf"(\d+)\.(\d+)\.({_YEAR})", text)
    return _days(lambda: date(int(match[3]), int(match[2]), int(match[1]))) if match else None


def _part(text: str, _: date) -> Span | None:
    match = re.fullmatch(rf"(?:the )?({'|'.join(_PARTS)})(?: of|[ -])? ?({_YEAR})", text)
    return _months(int(match[2]), *_PARTS[match[1]]) if match else None


def _day_of_month(text: str, now: date) -> Span | None:
    numbers = re.findall(rf"\b({_DAY})\b(?!\d)", re.sub(rf"\b{_YEAR}\b", "", text))
    month = _month_number(text)
    if not numbers or not month:
        return None
    day = int(re.sub(r"\D", "", numbers[0]))
    year = _year_number(text)
    if year:
        return _days(lambda: date(year, month, day))
    return _days(lambda: _last(lambda y: date(y, month, day), now))


def _season(text: str, _: date) -> Span | None:
    name = next((name for name in _SEASONS if name in text), "")
    year = _year_number(text)
    return _months(year, _SEASONS[name], 3) if name and year else None


def _month(text: str, now: date) -> Span | None:
    month = _month_number(text)
    if not month or re.search(r"\d", re.sub(rf"\b{_YEAR}\b", "", text)):
        # A day that the month has not ("31 February") is no month either.
        return None
    year = _year_number(text) or _last(lambda y: date(y, month, 1), now).year
    return _months(year, month, 1)


def _year(text: str, _: date) -> Span | None:
    return _months(int(text), 1, 12) if re.fullmatch(_YEAR, text) else None


def _within(match: re.Match[str], now: date) -> Span | None:
    return _place(match["place"], now)


def _since(match: re.Match[str], now: date) -> Span | None:
    span = _place(match["place"], now)
    if span is None or span.start is None or span.end is None:
        return None
    start = span.end + timedelta(days=1) if match["word"].lower() == "after" else span.start
    return Span(start, None) if start <= now else None


def _since_relative(match: re.Match[str], now: date) -> Span | None:
    said = match["when"].lower()
    span = _relative_span(said if " " in said or said in _FIXED else f"on {said}", now)
    return Span(span.start, None) if span else None


def _until(match: re.Match[str], now: date) -> Span | None:
    span = _place(match["place"], now)
    if span is None or span.start is None or span.end is None:
        return None
    if match["word"].lower() == "before":
        return Span(None, span.start - timedelta(days=1))
    return Span(None, span.end)


def _between(match: re.Match[str], now: date) -> Span | None:
    first, last = match["first"].lower(), match["last"].lower()
    year = _year_number(last)
    if year and not _year_number(first):
        first = f"{first} {year}"
    if re.fullmatch(_DAY, first):
        # "from 3 to 5 March": the month is said once.
        first = f"{first} {last.split(' ', 1)[-1]}"
    start, end = _place(first, now), _place(last, now)
    if start is None or end is None or start.start is None or end.end is None or start.start > end.end:
        return None
    return Span(start.start, end.end)


_FIXED = {"today": 0, "tonight": 0, "this morning": 0, "yesterday": 1, "day before yesterday": 2}


def _relative(match: re.Match[str], now: date) -> Span | None:
    return _relative_span(match.group().lower(), now)


def _relative_span(text: str, now: date) -> Span | None:
    ago = _FIXED.get(text.removeprefix("the "))
    if ago is not None:
        day = now - timedelta(days=ago)
        return Span(day, day)
    weekday = next((n for n, name in enumerate(_WEEKDAYS) if name in text), None)
    if weekday is not None:
        day = now - timedelta(days=(now.weekday() - weekday) % 7 or (7 if text.startswith("last") else 0))
        return Span(day, day)
    unit = re.search(rf"\b({_COUNT} )?(day|week|month|year)(?:end)?s?\b", text)
    if unit:
        return _counted(text, unit, now)
    return _named(text, now)


def _counted(text: str, unit: re.Match[str], now: date) -> Span:
    said = (unit[1] or "").strip()
    count = _COUNTS.get(said) or (int(said) if said.isdigit() else 1)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit[2]] * count
    if text.endswith("ago"):
        middle = now - timedelta(days=days)
        # "Two weeks ago" is about then, the more loosely the longer ago.
        slack = timedelta(days=days // 4)
        return Span(middle - slack, middle + slack)
    if text.startswith(("last ", "previous ")) and unit[2] in ("month", "year"):
        return _months(now.year - 1, 1, 12) if unit[2] == "year" else _month_before(now)
    if text.startswith("this ") and unit[2] in ("month", "year"):
        return Span(now.replace(day=1) if unit[2] == "month" else date(now.year, 1, 1), now)
    if text.startswith(("last week", "previous week")):
        return Span(now - timedelta(days=13), now)
    return Span(now - timedelta(days=days), now)


def _named(text: str, now: date) -> Span | None:
    """Read "last summer", "this March"."""
    first = _month_number(text) or next((m for name, m in _SEASONS.items() if name in text), 0)
    if not first:
        return None
    begun = _last(lambda y: date(y, first, 1), now)
    span = _months(begun.year, first, 1 if _month_number(text) else 3)
    if text.startswith("this") and span.end is not None and span.end < now:
        # One that has not begun: nothing has been published in it.
        return None
    if text.startswith("last") and span.end is not None and span.end >= now:
        span = _months(begun.year - 1, first, 1 if _month_number(text) else 3)
    return span


def _month_before(now: date) -> Span:
    last = now.replace(day=1) - timedelta(days=1)
    return Span(last.replace(day=1), last)


def _months(year: int, month: int, count: int) -> Span:
    after = date(year + (month - 1 + count) // 12, (month - 1 + count) % 12 + 1, 1)
    return Span(date(year, month, 1), after - timedelta(days=1))


def _last(day_in: Callable[[int], date], now: date) -> date:
    """The day in the last year in which it is not after `now`."""
    return next(day for day in _years_back(day_in, now) if day <= now)


def _years_back(day_in: Callable[[int], date], now: date) -> Iterator[date]:
    for year in range(now.year, now.year - 9, -1):
        try:
            yield day_in(year)
        except ValueError:
            # 29 February, in most years.
            continue


def _days(read: Callable[[], date]) -> Span | None:
    try:
        day = read()
    except (ValueError, StopIteration):
        return None
    return Span(day, day)


def _month_number(text: str) -> int:
    match = re.search(rf"\b{_MONTH}", text)
    return MONTH_NUMBERS.get(match.group().rstrip(".")[:3], 0) if match else 0


def _year_number(text: str) -> int:
    match = re.search(rf"\b{_YEAR}\b", text)
    return int(match.group()) if match else 0


def _long(day: date | None) -> str:
    return long_day(day) if day else ""


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span | None] | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"\b{_QUARTER}\b", None),
        (
            rf"\b(?:between|from) (?P<first>{_PLACE}|{_DAY}) (?:and|to|until|till) (?P<last>{_PLACE})\b",
            _between,
        ),
        # "Since the election of 2024" dates the election, as far as the words go.
        (
            rf"\b(?P<word>since|after)(?P<dated> [^\d?.,;]{{2,40}}? (?:of|in))? (?P<place>{_PLACE})\b",
            _since,
        ),
        (rf"\bsince (?P<when>{_RELATIVE}|{'|'.join(_WEEKDAYS)})\b", _since_relative),
        (rf"\b(?P<word>before|until|till|up to|by) (?P<place>{_PLACE})\b", _until),
        (_RELATIVE + r"\b", _relative),
        (rf"\b(?:in|on|during|throughout|for|of|over|as of) (?P<place>{_PLACE})\b", _within),
        (
            rf"\b(?P<place>{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?|{_MONTH} {_DAY}(?!\d),? {_YEAR}"
            rf"|{_MONTH},? {_YEAR}|(?:the )?(?:first|second) half of {_YEAR}|{_DOTTED}|{_YEAR}-\d\d-\d\d)\b",
            _within,
        ),
    )
)
