"""Watching an answer changes nothing about it."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.monitoring.observers import observed

EVENTS: list[Any] = ["searching", "found", "sentence", "done"]


class Recorder:
    """A watcher that remembers; `fails` names the call at which it breaks."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.events: list[Any] = []
        self.ends: list[BaseException | None] = []

    def start(self) -> "Recorder":
        self._maybe("start")
        return self

    def event(self, event: Any) -> None:
        self._maybe("event")
        self.events.append(event)

    def ended(self, error: BaseException | None) -> None:
        self._maybe("ended")
        self.ends.append(error)

    def _maybe(self, call: str) -> None:
        if call == self.fails:
            raise RuntimeError(call)


def test_every_watcher_sees_every_event_and_the_end() -> None:
    watchers = [Recorder(), Recorder()]
    assert list(observed(iter(EVENTS), watchers)) == EVENTS
    assert [watcher.events for watcher in watchers] == [EVENTS, EVENTS]
    assert [watcher.ends for watcher in watchers] == [[None], [None]]


@pytest.mark.parametrize("fails", ["start", "event", "ended"])
def test_a_watcher_that_fails_costs_nobody_anything(fails: str) -> None:
    broken, whole = Recorder(fails), Recorder()
    assert list(observed(iter(EVENTS), [broken, whole])) == EVENTS
    assert (whole.events, whole.ends) == (EVENTS, [None])
    if fails == "event":
        assert broken.ends == [None], "what it counts up at the start it must be able to count down"


def test_an_error_passes_and_is_told() -> None:
    def events() -> Iterator[Any]:
        yield "searching"
        raise KeyError("x")

    watcher = Recorder()
    with pytest.raises(KeyError):
        list(observed(events(), [watcher]))
    assert isinstance(watcher.ends[0], KeyError)


def test_who_goes_away_ends_the_work_below() -> None:
    closed = []

    def events() -> Iterator[Any]:
        try:
            yield from EVENTS
        finally:
            closed.append(True)

    watcher = Recorder()
    stream = observed(events(), [watcher])
    next(stream)
    stream.close()
    assert isinstance(watcher.ends[0], GeneratorExit)
    assert closed == [True]
