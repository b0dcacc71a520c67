"""Ctrl-C while something is being done."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from bot.terminal import console

_ENDING = (signal.SIGINT, signal.SIGTERM)


class _FirstAsks:
    """A handler of signals: the first is noted and `said`, a second Ctrl-C interrupts."""

    def __init__(self, said: str) -> None:
        self.asked = False
        self._said = said

    def __call__(self, number: int, _: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
        if self._said:
            console.show_note(self._said)


@contextmanager
def stoppable(said: str = "", signals: tuple[signal.Signals, ...] = _ENDING) -> Iterator[Callable[[], bool]]:
    """Until the block ends, the first of `signals` only asks to stop; a second Ctrl-C interrupts.

    What is yielded tells whether it was asked; `said` is printed on stderr then. A block within another one
    passes on what it was asked, since it may have been at its end already.
    """
    handler = _FirstAsks(said)
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield lambda: handler.asked
    finally:
        for number, outer in before.items():
            signal.signal(number, outer)
            if handler.asked and isinstance(outer, _FirstAsks):
                outer.asked = True
