"""Ctrl-C while something is being done."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from bot.terminal import console

_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable(said: str = "", signals: tuple[signal.Signals, ...] = _ENDING) -> Iterator[Callable[[], bool]]:
    """Until the block ends, the first of `signals` only asks to stop; a second Ctrl-C interrupts.

    What is yielded tells whether it was asked; `said` is printed on stderr then.
    """
    asked = False

    def ask_to_stop(number: int, _: FrameType | None) -> None:
        nonlocal asked
        if asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked = True
        if said:
            console.show_error(said)

    before = {number: signal.signal(number, ask_to_stop) for number in signals}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
