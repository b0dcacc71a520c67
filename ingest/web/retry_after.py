"""The Retry-After header."""

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from time import time

_MOST_RETRY = 86_400.0


def retry_after(value: str, now: Callable[[], float] = time) -> float:
    """The seconds that a Retry-After header (RFC 9110, 10.2.3) asks for, at most a day; 0 if none."""
    value = value.strip()
    # Whole seconds by the standard; servers of models send fractions.
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", value, re.ASCII):
        return min(float(value), _MOST_RETRY)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - now()
    except (TypeError, ValueError, OverflowError, OSError):
        return 0.0
    return max(0.0, min(seconds, _MOST_RETRY))
