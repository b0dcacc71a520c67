"""Kills this process right before or after one of the steps by which it changes what is on disk."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

# Renames, what is forced to disk, what is copied and removed, and every call by which Chroma writes.
_CALLS = (
    "os.fsync", "os.replace", "os.rename", "os.unlink", "shutil.copytree", "shutil.rmtree",
    "index.vectors.directory.create_collection", "index.vectors.directory.open_collection",
    "index.vectors.directory.add_entries", "index.vectors.directory.write_manifest",
    "index.backup._copy_pages",
)  # fmt: skip


@contextmanager
def killed_at(step: int) -> Iterator[list[int]]:
    """Kill this process right before (even) or after (odd) its `step // 2`-th step; counts them meanwhile.

    Steps are the calls above, and every statement that ends a transaction of SQLite.
    """
    count = [0]

    def stepping(real: Callable[..., object], *given: object, **named: object) -> object:
        here = count[0]
        count[0] += 1
        if step == 2 * here:
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*given, **named)
        if step == 2 * here + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *given: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql == "COMMIT":
                return stepping(super().execute, sql, *given)  # type: ignore[return-value]
            return super().execute(sql, *given)  # type: ignore[arg-type]

    real_connect = sqlite3.connect

    def connect(*given: object, **named: object) -> sqlite3.Connection:
        return real_connect(*given, **{"factory": Connection, **named})  # type: ignore[call-overload, no-any-return]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        return lambda *given, **named: stepping(real, *given, **named)

    with ExitStack() as patches:
        for name in _CALLS:
            real, _ = patch(name).get_original()
            patches.enter_context(patch(name, wrapped(real)))
        patches.enter_context(patch("sqlite3.connect", connect))
        yield count
