"""What a question says of time: whether it is about now, about these days, or about the first account."""

import re
from datetime import date

# How much nearness in time weighs (deviations for each e-fold of distance): where the question speaks of
# now, where it does not say, and where it names another year. From RealTime QA news of 2022-23 and 252
# questions with current and outdated passages; both gain up to here, and the second a little beyond.
_RECENCY_NOW, _RECENCY_UNSAID, _RECENCY_PAST = 4.0, 2.0, 0.0


_THESE_DAYS = (
    r"this (?:past )?(?:week|weekend|month|morning)|today|tonight|yesterday|last (?:week|weekend|night)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)


_SPEAKS_OF_THESE_DAYS = re.compile(rf"\b(?:{_THESE_DAYS})\b", re.IGNORECASE)


_SPEAKS_OF_NOW = re.compile(
    rf"\b(?:{_THESE_DAYS}|this (?:past )?(?:year|season|spring|summer|fall|autumn|winter)|now|currently?|"
    r"recent(?:ly)?|latest|newest|newly|just|these days|so far|upcoming|next|last month)\b",
    re.IGNORECASE,
)


_TELL = r"(?:reported|told|said|wrote|written|published|announced|revealed|disclosed|mentioned|broke)"


_ASKS_FOR_THE_FIRST = re.compile(
    rf"\bfirst {_TELL}\b|\b{_TELL} (?:it |this |that |of it |the (?:news|story) )?first\b|"
    r"\b(?:first|earliest) (?:report|account|article|story|announcement)\b",
    re.IGNORECASE,
)


_YEAR = re.compile(r"\b(?:1[0-9]|20)[0-9]{2}\b")


def recency(text: str, now: date) -> float:
    """How much nearness to `now` should weigh for this question (see `index.search.fusion.fuse`)."""
    if _SPEAKS_OF_NOW.search(text) or asks_for_the_first(text):
        return _RECENCY_NOW
    years = {int(year) for year in _YEAR.findall(text)}
    if years and max(years) < now.year - 1:
        return _RECENCY_PAST
    return _RECENCY_UNSAID


def asks_for_the_first(text: str) -> bool:
    """Whether `text` asks for the first account of something ("Who first reported the crash?")."""
    return bool(_ASKS_FOR_THE_FIRST.search(text))


def speaks_of_these_days(text: str) -> bool:
    """Whether `text` asks for something that happened within days ("this week", "on Monday")."""
    return bool(_SPEAKS_OF_THESE_DAYS.search(text))
