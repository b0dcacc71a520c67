"""The program `onrecord`, which can be interrupted at any moment, while it is still being loaded too.

An interruption in the middle of an import breaks it: Python then prints a traceback, or waits for ever for a
lock that nobody gives back. So Ctrl-C waits until the import is done.
"""

# Not `signal`, which would take most of the time in which Python itself prints a traceback at Ctrl-C. Before
# this module Python loads what is not ours to guard.
import _signal as signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_INTERRUPTED = 130
# Seconds until an interruption is tried again.
_LATER = 0.02


def main() -> None:
    """Run the command line."""
    try:
        _open_closed_streams()
        from bot.cli import app

        app.main()
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if _is_waiting() or end.code == _INTERRUPTED:
            _leave()
        raise


def _open_closed_streams() -> None:
    """Put nothing in the place of a standard stream that whoever started the program has closed.

    Else the next file that is opened, such as the record, would be taken for it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 (until the program ends)


def _interrupt(_: int, frame: "FrameType | None") -> None:
    if _imports(frame):
        signal.setitimer(signal.ITIMER_REAL, _LATER)
    else:
        raise KeyboardInterrupt


def _is_waiting() -> bool:
    """Whether an interruption still waits for an import to end; from now on it waits no more.

    Python gives signals their default action when it ends, which for this one is to kill the process.
    """
    return hasattr(signal, "setitimer") and signal.setitimer(signal.ITIMER_REAL, 0)[0] > 0


def _imports(frame: "FrameType | None") -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _leave() -> None:
    import threading
    from contextlib import suppress

    if threading.active_count() > 1:
        # Threads that still load something would go on while Python takes itself apart, and print what they
        # then lack.
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(_INTERRUPTED)
    sys.exit(_INTERRUPTED)


if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt)
