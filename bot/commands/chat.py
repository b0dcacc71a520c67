"""`onrecord chat`: a conversation at a terminal, kept on disk so that `--resume` can continue it."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

from rich.text import Text

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow, count_articles, open_index
from bot.conversations import FILE, Conversations, Turn
from bot.settings import Settings
from bot.terminal import answers, console
from bot.terminal.answer_stream import show_events, show_running
from bot.terminal.interrupts import stoppable
from bot.terminal.plain_lines import clean
from bot.types import Cancelled
from index.errors import OnRecordError
from index.store import Index
from index.types import Query

THREAD = "terminal"
HELP = "/sources  /new  /quit; Ctrl-C stops an answer"
_REMEMBERED = 10
# A conversation is memory for follow-ups, not an archive.
_KEPT = timedelta(days=30)


def run_chat(settings: Settings, *, resume: bool, verbose: bool) -> int:
    """Converse until the input ends. An error is printed and does not end the chat."""
    with open_index(settings) as index:
        # First of all, so that a missing key or package is said before anybody has typed a question.
        answer_flow = build_flow(index, settings)
        threads = Conversations(settings.home / FILE)
        threads.expire(THREAD, _KEPT)
        talk = _Talk(index, answer_flow, threads, verbose=verbose)
        if not resume:
            talk.forget()
        written = f"written by {settings.model}" if settings.model else "quotes from the articles"
        console.err().print(Text(f"Answers are {written}. {HELP}.", style="dim"), soft_wrap=True)
        # While the first question is being typed.
        rehearsal = Thread(target=answer_flow.warm_up)
        rehearsal.start()
        try:
            for line in _lines():
                if line in ("/quit", "/exit"):
                    break
                talk.say(line)
        finally:
            rehearsal.join()
    return 0


class _Talk:
    """One conversation."""

    def __init__(
        self, index: Index, answer_flow: AnswerFlow, threads: Conversations, *, verbose: bool
    ) -> None:
        self._index = index
        self._answers = answer_flow
        self._threads = threads
        self._verbose = verbose

    def say(self, line: str) -> None:
        """Do what a line asks for."""
        if line == "/new":
            self.forget()
            console.err().print(Text("A new conversation.", style="dim"))
        elif line == "/sources":
            self._show_sources()
        elif line.startswith("/"):
            console.err().print(Text(HELP, style="dim"))
        else:
            self._ask(line)

    def forget(self) -> None:
        """Begin anew."""
        self._threads.forget(THREAD)

    def _ask(self, question: str) -> None:
        history = self._threads.turns(THREAD, _REMEMBERED)
        try:
            with stoppable(signals=(signal.SIGINT,)) as stopping:
                events = self._answers.events(Query(question), history, stopping)
                answer = show_events(_until(events, stopping), count_articles(self._index))
        except (Cancelled, KeyboardInterrupt):
            console.err().print(Text("Stopped.", style="dim"))
            return
        except OnRecordError as error:
            console.show_error(str(error))
            return
        if self._verbose:
            show_running(answer)
        self._threads.add(THREAD, Turn.of(uuid4().hex, answer))

    def _show_sources(self) -> None:
        turns = self._threads.turns(THREAD, 1)
        if not turns or not turns[0].sources:
            console.err().print(Text("There are no sources yet.", style="dim"))
            return
        for citation in turns[0].sources:
            answers.show_quoted(citation)


def _until(events: Iterator[Any], stopping: Callable[[], bool]) -> Iterator[Any]:
    """The events, until whoever asked waits no longer."""
    for event in events:
        yield event
        if stopping():
            raise Cancelled


def _lines() -> Iterator[str]:
    """What is typed, a line each, without blank ones; at a terminal with a prompt and its own editing."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal:
        with suppress(ImportError):
            import readline  # noqa: F401 (input() edits lines where it is loaded)
    while True:
        try:
            line = input("\n› ") if at_terminal else sys.stdin.readline()
        except EOFError:
            return
        except KeyboardInterrupt:
            console.err().print(Text("\n/quit or Ctrl-D ends.", style="dim"))
            continue
        if not line and not at_terminal:
            return
        if line.strip():
            if not at_terminal:
                sys.stdout.write(f"› {clean(line.strip())}\n")
            yield line.strip()
