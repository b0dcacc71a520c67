"""The types of values that settings take: what messages call them, and how what was written becomes one."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class ValueType:
    """The values that a setting takes, as messages call them.

    `convert` makes one of what was written; it raises ValueError, TypeError or ArithmeticError otherwise.
    """

    wanted: str
    convert: Callable[[Any], Any]


def whole(low: int, high: float = math.inf) -> ValueType:
    """Whole numbers, `low` and `high` included."""
    return _numbers(int, "a whole number", low, high)


def number(low: float, high: float = math.inf) -> ValueType:
    """Numbers, `low` and `high` included."""
    return _numbers(float, "a number", low, high)


def _numbers(make: type[int] | type[float], called: str, low: float, high: float) -> ValueType:
    def convert(value: Any) -> float:
        made = make(value)
        # Everything in the environment is text; in a file a number in quotes is a mistake, but a clear one.
        same = isinstance(value, str) or made == value
        return _checked(made, same and not isinstance(value, bool) and low <= made <= high)

    limits = f"of {low} or more" if high == math.inf else f"from {low} to {high}"
    return ValueType(f"{called} {limits}", convert)


def choice(*choices: str) -> ValueType:
    """One of some words."""
    return ValueType(" or ".join(choices), lambda value: _checked(value, value in choices))


def matching(pattern: str, wanted: str) -> ValueType:
    """A text that a regular expression matches from beginning to end."""
    return ValueType(wanted, lambda value: _checked(value, re.fullmatch(pattern, value)))


def names(wanted: str, pattern: str = ".+") -> ValueType:
    """A list of texts that each match `pattern`; in the environment with commas between them."""

    def convert(value: Any) -> tuple[str, ...]:
        given = value.split(",") if isinstance(value, str) else _texts(value)
        found = tuple(name.strip() for name in given if name.strip())
        return _checked(found, all(re.fullmatch(pattern, name) for name in found))

    return ValueType(wanted, convert)


def _texts(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    return tuple(_checked(given, isinstance(given, list) and all(isinstance(one, str) for one in given)))


def _truth(value: Any) -> bool:
    word = str(value).strip().lower() if isinstance(value, str | bool) else ""
    return _TRUTHS[_checked(word, word in _TRUTHS)]


def _checked(value: _Value, fits: object) -> _Value:
    if not fits:
        raise ValueError
    return value


TRUTH = ValueType("true or false", _truth)
ANY_TEXT = ValueType("text", lambda value: _checked(value, isinstance(value, str)))
TEXT = ValueType("text", lambda value: _checked(value, isinstance(value, str) and value.strip()))
TEXTS = ValueType("text or a list of texts", _texts)
