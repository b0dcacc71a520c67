"""Links that a click opens (OSC 8), on terminals that are known to have them; elsewhere only the address."""

import os
import sys

from rich.style import Style
from rich.text import Text

from bot.terminal.plain_lines import clean
from bot.web_address import web_address

_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal", "zed"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
_SET_BY = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
# The first version of the library behind GNOME's and other terminals that has them right.
_VTE = 5000


def linked(address: str) -> Text:
    """The address as it is; a click opens it where the terminal knows how."""
    text = Text(clean(address))
    url = web_address(address)
    if url and shows_links():
        text.stylize(Style(link=url))
    return text


def shows_links() -> bool:
    """Whether standard output is a terminal that is known to show them, or FORCE_HYPERLINK says so.

    The variable is the usual one of command lines: 0 means never.
    """
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0" and sys.stdout.isatty()
    if not sys.stdout.isatty() or os.environ.get("TERM", "") in ("dumb", "linux"):
        return False
    version = os.environ.get("VTE_VERSION", "")
    return (
        os.environ.get("TERM_PROGRAM") in _PROGRAMS
        or os.environ.get("TERM", "").startswith(_TERMS)
        or any(name in os.environ for name in _SET_BY)
        or (version.isdecimal() and int(version) >= _VTE)
    )
