"""Calls to one vector server: made again while it is busy, and smaller where a quota wants it so."""

import random
from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from index.errors import VectorsBusy, VectorsRefused
from index.vectors.connection import Server, translate_errors

_Result = TypeVar("_Result")
# Seconds before the second attempt; each later one waits up to twice as long, to at most the last.
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 15.0


class Calls:
    """Makes calls to a server, each for `patience` seconds at most. Safe for use by several threads."""

    def __init__(self, server: Server, patience: float) -> None:
        self._server = server
        self._patience = patience
        self._most: dict[str, int] = {}
        self._lock = Lock()

    def make(self, call: Callable[[], _Result]) -> _Result:
        """What `call` returns, as soon as the server is not too busy for it.

        Raises VectorsBusy where it stays busy, VectorsRefused, VectorsUnreachable and VectorsUnreadable.
        """
        until = monotonic() + self._patience
        wait = _FIRST_WAIT
        while True:
            try:
                with translate_errors(self._server):
                    return call()
            except VectorsBusy as busy:
                # Apart from one another, so that those who were refused together do not come back together.
                pause = max(busy.seconds, random.uniform(wait / 2, wait))  # noqa: S311 (no secret)
                if monotonic() + pause > until:
                    raise
                sleep(pause)
                wait = min(2 * wait, _LONGEST_WAIT)

    def within(self, kind: str, wanted: int, call: Callable[[int], _Result]) -> _Result:
        """What `call` returns for `wanted` records, or for as many as the quota for its `kind` lets through.

        The quota is learned from the refusal, and kept to from then on. Raises as `make`.
        """
        while True:
            most = min(wanted, self.most(kind, wanted))
            try:
                return self.make(lambda: call(most))  # noqa: B023 (called at once)
            except VectorsRefused as refused:
                if not 0 < refused.limit < most:
                    raise
                with self._lock:
                    self._most[kind] = refused.limit

    def most(self, kind: str, otherwise: int) -> int:
        """How many records a call of this kind may be about, as far as is known."""
        with self._lock:
            return self._most.get(kind, otherwise)
