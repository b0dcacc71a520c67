"""What is said of a record's folder that may not be read or written."""

import os
from errno import EACCES, EPERM, EROFS
from pathlib import Path

from index.errors import RecordUnreadable

_REFUSALS = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


def refused(home: Path, error: OSError, verb: str = "written") -> RecordUnreadable:
    """The error to raise where `home`, or a file in it, cannot be `verb`: "read" or "written"."""
    return RecordUnreadable(
        f"{home} cannot be {verb} ({error.strerror or error}); give it to the user that On Record runs as "
        f"(number {os.geteuid()}), or mount it {'readable' if verb == 'read' else 'writable'}."
    )


def remedy_for(error: Exception) -> str:
    """What to do about a file that gave this error, as the end of a sentence."""
    return "check the permissions of its folder" if not_permitted(error) else "move the file away"


def not_permitted(error: Exception) -> bool:
    """Whether a file could not be opened or written, rather than read and found wanting."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return getattr(error, "errno", None) in (EACCES, EPERM, EROFS) or name.startswith(_REFUSALS)
