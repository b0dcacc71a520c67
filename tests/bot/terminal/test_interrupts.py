"""Ctrl-C while something is being done."""

import os
import signal

import pytest

from bot.terminal.interrupts import stoppable


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_interruption_asks_to_stop_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with stoppable("Stopping.") as stopping:
        assert not stopping()
        interrupt()
        assert stopping()
    assert "Stopping." in capsys.readouterr().err


def test_the_second_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        interrupt()
        interrupt()


def test_what_was_asked_at_the_end_of_an_inner_block_stops_the_outer_one_too() -> None:
    with stoppable() as stopping:
        with stoppable():
            interrupt()
        assert stopping()
