"""The seam between answers and whoever counts, logs or traces them: neither knows the other.

A watcher sees the events of each answer in the making as they pass, and how it ended. One that fails is told
no more of that answer, with a line in the log: measuring must not cost anybody an answer.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from bot.types import Event

_LOG = logging.getLogger("onrecord.watching")
T = TypeVar("T")


class AnswerObserver(Protocol):
    """One answer, watched."""

    def event(self, event: Event) -> None:
        """Something happened; `Done` is the last event of an answer that was not cut off."""
        ...

    def ended(self, error: BaseException | None) -> None:
        """Nothing more will happen; `error` cut the answer off (GeneratorExit: whoever asked went away)."""
        ...


class ObserverFactory(Protocol):
    """Watches every answer."""

    def start(self) -> AnswerObserver:
        """An answer is about to be made."""
        ...


def observed(events: Iterator[Event], watchers: Sequence[ObserverFactory]) -> Iterator[Event]:
    """The same events in the same order, errors included, with every watcher told of each first."""
    watches = [watch for watcher in watchers if (watch := _tried(watcher.start)) is not None]
    deaf: set[int] = set()
    error: BaseException | None = None
    try:
        for event in events:
            for number, watch in enumerate(watches):
                if number not in deaf and _tried(partial(_tell, watch, event)) is None:
                    deaf.add(number)
            yield event
    except BaseException as raised:
        error = raised
        raise
    finally:
        # The error's traceback holds on to the stream, which would end its work only when that is let go.
        getattr(events, "close", lambda: None)()
        for watch in watches:
            _tried(partial(watch.ended, error))


def _tell(watch: AnswerObserver, event: Event) -> bool:
    watch.event(event)
    return True


def _tried(call: Callable[[], T]) -> T | None:
    try:
        return call()
    except Exception:  # noqa: BLE001 (whatever it is, the answer goes on)
        _LOG.exception("A watcher failed, and is told no more of this answer than its end.")
        return None
