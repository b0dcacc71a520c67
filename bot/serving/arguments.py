"""What a program gives with a call, by whichever door; what is left out or null has its default."""

from collections.abc import Mapping
from typing import Any

from index.errors import UsageError


def whole_number(given: Mapping[str, Any], name: str, default: int, most: int, least: int = 1) -> int:
    """A number, also where it is written as text. Raises UsageError."""
    value = given.get(name)
    if value is None:
        return default
    try:
        number = int(str(value)) if not isinstance(value, bool | float) else least - 1
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        msg = f"{name} must be a whole number from {least:,} to {most:,}, not {str(value)[:100]!r}."
        raise UsageError(msg)
    return number
