"""Values of CSS as numbers: lengths in pixels, opacities, colours."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

_FONT = 16.0
# CSS Values and Units 4, 6.2: one inch is 96 pixels. Windows are taken to be 1,000 pixels wide and high.
_PIXELS = {
    "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
    "rem": _FONT, "vw": 10.0, "vh": 10.0, "vmin": 10.0, "vmax": 10.0,
}  # fmt: skip
# Of the size of the writing around, as far as they are known without the font.
_OF_FONT = {"em": 1.0, "lh": 1.2, "ex": 0.5, "ch": 0.5}
_ALIKE = 0.04
# Pages use few values many times.
_KEPT = 4_096


@lru_cache(maxsize=_KEPT)
def tokens_of(value: str) -> Sequence[Any]:
    """The tokens of a value, without spaces and comments."""
    found = tinycss2.parse_component_value_list(value, skip_comments=True)
    return [token for token in found if token.type != "whitespace"]


@lru_cache(maxsize=_KEPT)
def length(value: str, *, font: float = _FONT, whole: float = 1_000.0) -> float | None:
    """A length in pixels; None for what is none, or is not known without laying the page out.

    `font` is the size of the writing around, `whole` what a percentage is a part of.
    """
    tokens = tokens_of(value)
    return length_of(tokens[0], font=font, whole=whole) if len(tokens) == 1 else None


def length_of(token: Any, *, font: float = _FONT, whole: float = 1_000.0) -> float | None:
    """As `length`, of a token."""
    match token.type:
        case "number":
            return 0.0 if token.value == 0 else None
        case "percentage":
            return float(token.value) * whole / 100
        case "dimension":
            unit = token.lower_unit
            pixels = _PIXELS.get(unit) or (_OF_FONT[unit] * font if unit in _OF_FONT else None)
            return None if pixels is None else float(token.value) * pixels
    return None


@lru_cache(maxsize=_KEPT)
def lengths_in(value: str) -> Sequence[float]:
    """The lengths in a value and in the functions that it calls, in order."""
    return [found for token in _flat(tokens_of(value)) if (found := length_of(token)) is not None]


@lru_cache(maxsize=_KEPT)
def function_arguments(value: str, *names: str) -> Sequence[Any]:
    """What the first function of one of these names is called with; nothing where none is."""
    for token in tokens_of(value):
        if token.type == "function" and token.lower_name in names:
            return [one for one in token.arguments if one.type not in ("whitespace", "comment")]
    return ()


@lru_cache(maxsize=_KEPT)
def number(value: str) -> float | None:
    """A number or a percentage as a number."""
    tokens = tokens_of(value)
    if len(tokens) != 1 or tokens[0].type not in ("number", "percentage"):
        return None
    return float(tokens[0].value) / (100 if tokens[0].type == "percentage" else 1)


@lru_cache(maxsize=_KEPT)
def colour(value: str) -> tuple[float, ...] | None:
    """The first colour in a value as red, green, blue and alpha from 0 to 1; None where none can be told."""
    for token in tokens_of(value):
        found = parse_color(token)
        if found is None or isinstance(found, str):
            continue
        try:
            in_rgb = found.to("srgb")
        except NotImplementedError:
            return None
        return (*(float(part or 0) for part in in_rgb.coordinates), float(in_rgb.alpha))
    return None


def alike(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two colours are so near that writing in the one on the other is not seen."""
    return all(abs(a - b) <= _ALIKE for a, b in zip(one[:3], other[:3], strict=True))


def _flat(tokens: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for token in tokens:
        flat.extend(_flat(token.arguments) if token.type == "function" else [token])
    return flat
