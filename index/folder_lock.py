"""The lock of whoever writes in a record's folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import RecordBusy
from index.folder_access import refused

_LOCK = "writing.lock"


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """The lock of whoever writes in a record's folder. Raises RecordBusy, RecordUnreadable."""
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        msg = f"Another process is writing to the record in {home}; wait until it is done, then try again."
        raise RecordBusy(msg) from None
    except OSError as error:
        raise refused(home, error) from error
    try:
        yield
    finally:
        lock.release()
