"""Standard output and error, whatever they are connected to."""

import errno
import os
import sys

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def prepare_streams() -> None:
    """Make both streams writable: closed ones lead nowhere, and no character fails for want of an encoding.

    A terminal that is not UTF-8 shows "?" for what it cannot show.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (until the end)
        elif not _is_utf8(stream.encoding):
            stream.reconfigure(errors="replace")


def shows_all_text() -> bool:
    """Whether every character can be written to standard output as it is."""
    return _is_utf8(getattr(sys.stdout, "encoding", None))


def abandon_output() -> None:
    """Let what is still to be written lead nowhere, so that it does not fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_of_output(error: OSError) -> bool:
    """Whether an error says that standard output takes no more: a full disk behind it, for one."""
    return error.filename is None and error.errno in _UNWRITABLE


def _is_utf8(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")
