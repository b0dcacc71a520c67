"""Recency: the age of a passage, from its day of publication or else from the latest day that it mentions."""

import math
import re
from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.dates import MONTH_NUMBERS
from index.types import Passage

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
    day = passage.article.published_day or latest_spoken_of(passage.text, today)
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
        month = MONTH_NUMBERS[match["month"][:3].lower()]
        day = re.match(r"\d+", match["before"] or match["after"] or "15")
        try:
            yield date(int(match["year"]), month, int(day.group() if day else 15))
        except ValueError:
            continue


Scores = NDArray[np.floating]


# Distance in time, in days, below which a day more hardly counts.
RECENT_DAYS = 3.0


# How many of the best are taken for accounts of the matter asked about, to tell which came first.
_ACCOUNTS = 8


def closeness(ages: Scores, stated: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """How near in time, from the age in days on either side of "now"; 0 at no distance, falling with its log.

    The logarithm tells last week from last month about as clearly as last year from four years ago. What has
    no date stands in the middle of what has. An age that is not `stated`, but read from the days that a text
    speaks of, weighs half: the history of a place speaks of recent years without being news.
    """
    days = np.abs(np.asarray(ages, dtype=np.float64))
    near = -np.log1p(days / RECENT_DAYS)
    known = np.isfinite(near)
    middle = near[known].mean() if known.any() else 0.0
    near = np.where(known, near, middle)
    return near if stated is None else np.where(stated, near, (near + middle) / 2)


def since_the_first(ages: Scores, scores: Scores) -> NDArray[np.float64]:
    """Ages as days after the first account: of the oldest among the best by `scores`."""
    days = np.asarray(ages, dtype=np.float64)
    best = days[np.argsort(-np.asarray(scores), kind="stable")[:_ACCOUNTS]]
    known = best[np.isfinite(best)]
    return known.max() - days if known.size else days
