"""The live lines of a run, as a terminal gets them."""

import io
import re

import pytest

from bot.terminal import console as terminal
from bot.terminal import progress
from bot.terminal.progress import IngestProgress
from ingest.progress import Progress

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
READ = Progress(done=0, total=1000, articles=50, embedded=0, read=400)
EMBEDDED = Progress(done=250, total=1000, articles=125, embedded=200, read=1000)


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> Terminal:
    made = Terminal()
    monkeypatch.setattr("sys.stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.mark.parametrize("columns", [60, 120])
def test_each_stage_has_a_line_that_fits_the_window_and_says_its_rate_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    screen = a_terminal(monkeypatch, columns)
    clock = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: clock[0])
    with IngestProgress() as stages:
        clock[0] += 2
        stages.ingest(READ)
        clock[0] += 3
        stages.ingest(Progress(done=0, total=1000, articles=125, embedded=0, read=1000))
        clock[0] += 4
        stages.ingest(EMBEDDED)
    shown = _COLOURS.sub("", screen.getvalue())
    for line in ("125 articles, 25 a second", "200 chunks, 50 a second, 12 s left"):
        assert line in shown
    assert max(map(len, re.split(r"[\r\n]", _CONTROLS.sub("", shown)))) <= columns
    assert ("━" in shown) == (columns == 120)


def test_what_is_said_meanwhile_comes_above_the_lines_and_nothing_of_them_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = a_terminal(monkeypatch, 60)
    with IngestProgress() as stages:
        stages.ingest(READ)
        terminal.show_error("Stopping; what is done so far is kept. Press Ctrl-C again to stop at once.")
    shown = screen.getvalue()
    assert "\x1b[2K" in shown[: shown.index("Stopping")]
    assert shown.index("Stopping") < shown.rindex("Reading") < shown.rindex("\x1b[2K")
    assert terminal.err() is not terminal.err()
