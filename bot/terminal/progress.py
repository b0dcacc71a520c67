"""How far a run is: a live line for each stage on a terminal, plain lines elsewhere, events for programs."""

import json
import sys
from time import monotonic
from types import TracebackType
from typing import Any

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TaskID, TextColumn

from bot.terminal import console
from bot.terminal.plain_lines import number_of
from ingest.documents import Failure
from ingest.progress import Progress as RunProgress

_PLAIN_EVERY = 10.0
_EVENT_EVERY = 0.5
# Columns from which a bar has room beside the words.
_WIDE = 90


class IngestProgress:
    """Shows a run's progress on stderr. Use it as a context manager."""

    def __init__(self, *, events: bool = False, label: str = "") -> None:
        """With `events`, an object a line is printed instead of words."""
        self._events = events
        self._label = label
        self._live = sys.stderr.isatty() and not events
        self._started = self._told = monotonic()
        self._moved = self._started
        self._busy: dict[str, float] = {}
        self._bars: dict[str, TaskID] = {}
        screen = console.err()
        bar: list[ProgressColumn] = [BarColumn(bar_width=24)] if screen.width >= _WIDE else []
        self._sharing = console.shared(screen)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<9}"),
            *bar,
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[said]}"),
            console=screen,
            transient=True,
            disable=not self._live,
        )

    def __enter__(self) -> "IngestProgress":
        self._sharing.__enter__()
        self._progress.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._progress.stop()
        self._sharing.__exit__(None, None, None)

    def ingest(self, progress: RunProgress) -> None:
        """Show how far a run is."""
        if self._live:
            if progress.pages_known:
                pages = f"{progress.pages:,} of {progress.pages_known:,} pages"
                self._bar("Fetching", progress.pages, progress.pages_known, progress.pages, pages)
            if progress.total:
                said = number_of(progress.articles, "article")
                self._bar("Reading", progress.read, progress.total, progress.articles, said)
            if progress.embedded:
                said = number_of(progress.embedded, "chunk")
                self._bar("Embedding", progress.done, progress.total, progress.embedded, said)
            self._moved = monotonic()
            return
        now = monotonic()
        if now - self._told < (_EVENT_EVERY if self._events else _PLAIN_EVERY):
            return
        self._told = now
        if self._events:
            self._event("progress", {name: getattr(progress, name) for name in progress.__slots__})
            return
        pages = f"{progress.pages:,} of {progress.pages_known:,} pages, " if progress.pages_known else ""
        left = self._left(progress.done, progress.total)
        articles, chunks = number_of(progress.articles, "article"), number_of(progress.embedded, "chunk")
        line = f"{pages}{articles}, {chunks} embedded, {left}"
        console.show_note(line)

    def failure(self, failure: Failure) -> None:
        """Tell a failure at once to programs; people are told at the end."""
        if self._events:
            self._event(
                "failure", {"origin": failure.origin, "reason": failure.reason, "where": failure.where}
            )

    def rebuild(self, done: int, total: int) -> None:
        """Show how many articles have been embedded again."""
        if self._live:
            self._bar("Embedding", done, total, done, number_of(done, "article"))
            self._moved = monotonic()

    def _bar(self, stage: str, done: int, total: int, count: int, said: str) -> None:
        """A stage's line. Stages take turns, so each is timed only while it gets on."""
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(stage, total=None, said="")
            self._busy[stage] = 0.0
        task = self._progress.tasks[self._bars[stage]]
        if task.completed != done or task.total is None:
            self._busy[stage] += monotonic() - self._moved
        seconds = max(0.1, self._busy[stage])
        ended = total <= done
        left = "" if ended or not done else f", {_span(seconds * (total - done) / done)} left"
        said = f"{said}, {count / seconds:,.0f} a second{left}"
        self._progress.update(self._bars[stage], total=max(total, done, 1), completed=done, said=said)

    def _left(self, done: int, total: int) -> str:
        if not done or total <= done:
            return "nearly done" if done else "starting"
        seconds = (monotonic() - self._started) * (total - done) / done
        return f"about {_span(seconds)} left"

    def _event(self, event: str, fields: dict[str, Any]) -> None:
        about = {"source": self._label} if self._label else {}
        sys.stderr.write(json.dumps({"event": event, **about, **fields}, ensure_ascii=False) + "\n")
        sys.stderr.flush()


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
