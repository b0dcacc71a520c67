"""How old what a passage tells is: from the day it was last changed on, or else the latest that it speaks of."""

import math
import re
from collections.abc import Iterator
from datetime import date

from index.types import Passage

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATES = re.compile(
    rf"\b(?:(?P<before>{_DAY})(?: of)? )?{_MONTH}(?: (?P<after>{_DAY}))?,? (?P<year>(?:19|20)\d\d)\b"
)
# Not an amount of money, a share, a part of a longer number, or one end of a range.
_YEARS = re.compile(r"(?<![\d,.$£€–-])(?:19|20)\d\d(?![\d%–-]|[,.]\d)")


def age(passage: Passage, today: date) -> float:
    """Days between what the passage tells and `today`, negative after it; NaN where nothing says when."""
    day = passage.article.latest_day or latest_spoken_of(passage.text, today)
    return float((today - day).days) if day else math.nan


def latest_spoken_of(text: str, today: date) -> date | None:
    """The latest day, month or year in `text` that had begun by `today`.

    What was written before a day rarely names it, so an undated text is at least about as new as that. A
    month counts as its middle, and a year as the middle of what has passed of it.
    """
    named = [day for day in _named(text) if day <= today]
    years = [int(year) for year in _YEARS.findall(text) if int(year) <= today.year]
    latest = max(named, default=None)
    if years and (latest is None or max(years) > latest.year):
        start = date(max(years), 1, 1)
        return start + (min(date(start.year, 12, 31), today) - start) / 2
    return latest


def _named(text: str) -> Iterator[date]:
    for match in _DATES.finditer(text):
        month = _MONTHS.index(match["month"][:3].lower()) + 1
        day = re.match(r"\d+", match["before"] or match["after"] or "15")
        try:
            yield date(int(match["year"]), month, int(day.group() if day else 15))
        except ValueError:
            continue
