"""Dates of feeds' entries, in the ways in which feeds write them, and without guessing."""

import calendar
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import struct_time

from ingest.dates import parse_date

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_SECONDS = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?|[0-9]{12,13}")
_SHORT_YEAR = re.compile(
    r"(?:[a-z]{3},?\s+)?[0-9]{1,2}\s+[a-z]{3}\s+[0-9]{2}\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s+\S+)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]+")
_NAME = re.compile(r"[^\W\d_]{3,}")


def read_moment(written: str, parsed: struct_time | None) -> str:
    """A day, or a moment with its offset, as ISO 8601; "" where none can be read.

    `parsed` is what feedparser makes of it, in UTC. It knows many ways to write a date, and fills what it
    cannot read with today's; so its date counts only where all of it stands in what is written.
    """
    written = " ".join(written.split())
    try:
        if read := parse_date(written):
            return read
    except ValueError:
        pass
    try:
        if _SECONDS.fullmatch(written):
            seconds = float(written)
            return datetime.fromtimestamp(seconds / (1_000 if seconds > 1e11 else 1), UTC).isoformat(
                "T", "seconds"
            )
        if _SHORT_YEAR.fullmatch(written):
            # RFC 2822, 4.3: years of two digits are of this century up to 49.
            return parse_date(parsedate_to_datetime(written))
        if found := _YEAR_FIRST.match(written):
            return parse_date(f"{found[1]}-{int(found[3]):02}-{int(found[4]):02}")
        if parsed is not None and _is_written(written, parsed):
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, TypeError):
        pass
    return ""


def _is_written(written: str, parsed: struct_time) -> bool:
    """Whether the year, the month and the day all stand in what is written, and the month is no guess."""
    numbers = [int(number) for number in _NUMBER.findall(written)]
    year = parsed.tm_year in numbers or parsed.tm_year % 100 in numbers or str(parsed.tm_year) in written[:8]
    # The moment is in UTC, so the day may be the one before or after; ISO 8601 may be written without marks.
    days = {parsed.tm_mday, parsed.tm_mday - 1, parsed.tm_mday + 1}
    if written[:8].isdecimal():
        return f"{parsed.tm_year}{parsed.tm_mon:02}" == written[:6]
    return year and bool(days & set(numbers)) and _NAME.search(written) is not None
