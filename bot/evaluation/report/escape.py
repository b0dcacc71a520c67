"""Text from strangers, and figures, as they may stand in a page."""

import re
from html import escape

# Controls mean nothing in a page, and those of direction could make a quote read as something else.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def said(text: str) -> str:
    """Words of questions and articles: shown, never obeyed."""
    return escape(_CONTROLS.sub("", text))


def figure(value: float | None, digits: int = 2) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"
