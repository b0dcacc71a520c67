"""Text as it is stored: in one normal form, without what a reader cannot see.

What is invisible could tell a model something that its reader does not know of, and would make a quote differ
from the words on the screen.
"""

import re
import unicodedata

LONGEST_LINE = 500
"""The most characters that a title or a name keeps."""

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# Tag characters mean something only after a black flag, where they make one such as Scotland's.
_FLAG_OR_TAG = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]"
)
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero width; not the joiners, which shape some scripts
    "\u202a-\u202e\u2066-\u206f"  # overrides of the direction of writing
    "\ufff9-\ufffb\ufffe\uffff"  # annotations, and what is no character
    "]"
)
_BLANK_LINES = re.compile("\n{3,}")


def clean_text(text: str) -> str:
    """`text` in its stored form: NFC, lines ended by a line feed, at most one blank line in a row, trimmed.

    Control characters, zero-width characters and direction overrides are gone, lone surrogates became U+FFFD,
    and spaces of special widths plain ones. Cleaning again changes nothing.
    """
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _LINE_BREAKS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = _FLAG_OR_TAG.sub(lambda found: found[1] or "", text)
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str, longest: int = LONGEST_LINE) -> str:
    """`text` cleaned and on one line, cut with "…" where it is longer than `longest` characters."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
