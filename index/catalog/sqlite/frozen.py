"""A catalog on a disk that takes no more writes: read as it lies there, without SQLite's log and locks.

To read a file in WAL mode SQLite writes an index of the log beside it, which a full disk refuses. A file
whose log is empty is whole by itself. Nobody is kept from writing it meanwhile: afterwards it is compared.
"""

import sqlite3
from pathlib import Path

from index.catalog.sqlite.connection import FileConnection
from index.errors import RecordBusy

# What SQLite says where it may not write what reading needs.
_REFUSED = ("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def is_refusal(error: sqlite3.Error) -> bool:
    """Whether an error says that something could not be written."""
    return (getattr(error, "sqlite_errorname", None) or "").startswith(_REFUSED)


class FrozenConnection(FileConnection):
    """Reads a catalog's file as it is; for one transaction, and then `check`."""

    path: Path
    _seen: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> "FrozenConnection | None":
        """A connection to a file that is whole by itself; None for one with a log beside it."""
        if _size(path.with_name(f"{path.name}-wal")):
            return None
        seen = _state(path)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, factory=cls)
        db.path, db._seen = path, seen
        return db

    def check(self) -> None:
        """Raises RecordBusy where the file was written since: what was read may be of two moments."""
        if _state(self.path) != self._seen:
            msg = f"The record in {self.path.parent} was being written; ask again."
            raise RecordBusy(msg)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
