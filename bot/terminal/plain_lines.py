"""Lines for people, bold, dim or coloured where a terminal shows them.

For the commands that load next to nothing: rich, which lays out everything else, takes longer to load than
they take to answer.
"""

import os
import re
import sys

from index.types import Article

Part = str | tuple[str, str]
"""Text, or text and its style, as rich's `Text.assemble` takes them."""
_STYLES = {"bold": "1", "dim": "2", "bold yellow": "1;33"}
_COLOURLESS = {**_STYLES, "bold yellow": "1"}
# C0 and C1 controls but line feed and tab: an article must not be able to command a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text without anything that could command a terminal."""
    return _CONTROLS.sub("", text)


def number_of(many: int, what: str) -> str:
    """Such as "1 article" and "2,300 articles"."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def say(*parts: Part) -> None:
    """Print the parts as one line on stdout, cleaned and never wrapped."""
    styles = _styles()
    shown = ((part, "") if isinstance(part, str) else part for part in parts)
    line = "".join(
        f"\x1b[{styles[style]}m{clean(text)}\x1b[0m" if style in styles else clean(text)
        for text, style in shown
    )
    sys.stdout.write(f"{line}\n")


def parts_of(article: Article) -> list[Part]:
    """Outlet, title and dates of an article, in one line."""
    reference = article.reference
    parts: list[Part] = [clean(reference.name)]
    if reference.change:
        parts.append((f" ({reference.change})", "bold yellow" if reference.status else ""))
    return parts


def _styles() -> dict[str, str]:
    """The codes of the styles that stdout shows, by the variables that rich goes by too."""
    if not os.environ.get("FORCE_COLOR") and not sys.stdout.isatty():
        return {}
    if os.environ.get("TERM", "").lower() in ("dumb", "unknown"):
        return {}
    return _COLOURLESS if os.environ.get("NO_COLOR") else _STYLES
