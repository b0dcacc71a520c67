"""One bot a folder: a second one would answer the same people from the same conversations.

The lock is the operating system's: it ends with the process, however that ends, and holds across containers
that share a volume on one machine.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import RecordBusy
from index.folder_access import refused

_LOCK = "bot.lock"
_WHO = "bot.who"
# A bot that is replaced, by a restart or an upgrade, may take a moment to end.
_PATIENCE = 5.0


@contextmanager
def single_instance(home: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Be the only bot of the record in `home` while the block runs.

    Raises RecordBusy where another one is still there after `patience` seconds, RecordUnreadable where the
    folder cannot be written.
    """
    lock = FileLock(home / _LOCK)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout:
        msg = (
            f"Another bot answers from the record in {home}{_other(home)}; stop one of them, give each a "
            "record of its own, or set catalog to a database, which takes several."
        )
        raise RecordBusy(msg) from None
    except OSError as error:
        raise refused(home, error) from error
    try:
        with suppress(OSError):
            (home / _WHO).write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            (home / _WHO).unlink()
        lock.release()


def _other(home: Path) -> str:
    try:
        return f" ({(home / _WHO).read_text(encoding='utf-8')[:200]})"
    except (OSError, ValueError):
        return ""
