"""What an article is called by: its own id, or one made from its address, its file or its words."""

import hashlib
import unicodedata

from index.errors import DocumentError
from ingest.documents import STDIN, Document

LONGEST_ID = 200
# Controls, formats such as overrides of the direction of writing, lone surrogates, line ends.
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # they shape some scripts


def explicit_id(value: object) -> str:
    """The id that a document names for itself, or "". DocumentError where it cannot be one."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        msg = f"id: {_shown(value)} is neither text nor a whole number; put it in quotes"
        raise DocumentError(msg)
    if not value or value != value.strip() or len(value) > LONGEST_ID:
        msg = (
            f"id: {_shown(value)} is empty, has spaces at its ends or is longer than {LONGEST_ID} characters"
        )
        raise DocumentError(msg)
    if any(unicodedata.category(one) in _UNSEEN and one not in _JOINERS for one in value):
        msg = f"id: {_shown(value)} has control characters in it; write it on one line without them"
        raise DocumentError(msg)
    return value


def build_id(basis: str) -> str:
    """Sixteen hexadecimal digits that are the same for the same basis ("url:…", "file:…", "text:…")."""
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def basis(document: Document) -> str:
    """What the id of a file's article is made from: its place; nothing for standard input, which has none."""
    return "" if document.origin == STDIN else f"file:{document.origin}"
