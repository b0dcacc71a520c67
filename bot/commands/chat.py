"""`onrecord chat`: a conversation at a terminal, kept on disk so that `--resume` can continue it."""

import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from difflib import get_close_matches
from threading import Thread
from typing import Any
from uuid import uuid4

from rich.text import Text

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow, count_articles, open_index
from bot.commands.open_original import open_original, origins_of
from bot.conversations import Conversations, Turn
from bot.settings import Settings
from bot.terminal import answers, console
from bot.terminal.answer_stream import show_events, show_running
from bot.terminal.interrupts import stoppable
from bot.terminal.plain_lines import clean
from bot.types import Cancelled, Citation
from index.errors import OnRecordError
from index.store import Index
from index.types import Query

THREAD = "terminal"
HELP = "/help says what else you can type"
COMMANDS = {
    "/sources": "show the quotes of the last answer, with their articles",
    "/open N": "open the article under number N of the last answer",
    "/new": "forget the conversation, so that nothing refers to it",
    "/help": "show this",
    "/quit": "end; so does Ctrl-D. Ctrl-C stops an answer only",
}
# A question may begin with a path: "/etc/hosts says what?"
_COMMAND = re.compile(r"/[a-z]+", re.IGNORECASE)
# What people type at other prompts, and what /help lists without its slash; no question is so short.
_BARE_COMMAND = re.compile(r"(?:quit|exit|help|sources|open \[?\d+\]?)[.!]?", re.IGNORECASE)
_REMEMBERED = 10
# A conversation is memory for follow-ups, not an archive.
_KEPT = timedelta(days=30)


def run_chat(settings: Settings, *, resume: bool, verbose: bool) -> int:
    """Converse until the input ends. An error is printed and does not end the chat."""
    with open_index(settings) as index:
        # First of all, so that a missing key or package is said before anybody has typed a question.
        answer_flow = build_flow(index, settings)
        threads = Conversations(settings.home)
        threads.expire(THREAD, _KEPT)
        talk = _Talk(index, answer_flow, threads, verbose=verbose)
        if not resume:
            talk.forget()
        written = f"written by {settings.model}" if settings.model else "quotes from the articles"
        console.err().print(Text(f"Answers are {written}; {HELP}.", style="dim"), soft_wrap=True)
        if resume:
            talk.recall()
        # While the first question is being typed.
        rehearsal = Thread(target=answer_flow.warm_up)
        rehearsal.start()
        try:
            for line in _lines():
                said = f"/{line.lower().rstrip('.!')}" if _BARE_COMMAND.fullmatch(line) else line
                if said in ("/quit", "/exit"):
                    break
                talk.say(said)
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
        command, _, rest = line.partition(" ")
        if command == "/new":
            self.forget()
            console.show_dim("A new conversation.")
        elif command == "/sources":
            self._show_sources()
        elif command == "/open":
            self._open(rest.strip())
        elif command == "/help":
            for name, does in COMMANDS.items():
                console.show_dim(f"{name:<9} {does}")
        elif _COMMAND.fullmatch(command):
            near = get_close_matches(command, [name.split()[0] for name in COMMANDS], n=1)
            hint = f"did you mean {near[0]}?" if near else f"{HELP}."
            console.show_dim(f"There is no command {command}; {hint}")
        else:
            self._ask(line)

    def forget(self) -> None:
        """Begin anew."""
        self._threads.forget(THREAD)

    def recall(self) -> None:
        """Show what the conversation was about."""
        turns = self._threads.turns(THREAD, _REMEMBERED)
        for turn in turns:
            console.show_dim(f"› {turn.asked}")
        if not turns:
            console.show_dim("There is no conversation to go on with; this is a new one.")

    def _ask(self, question: str) -> None:
        history = self._threads.turns(THREAD, _REMEMBERED)
        try:
            with stoppable(signals=(signal.SIGINT,)) as stopping:
                events = self._answers.events(Query(question), history, stopping)
                answer = show_events(_until(events, stopping), count_articles(self._index))
        except (Cancelled, KeyboardInterrupt):
            console.show_dim("Stopped.")
            return
        except OnRecordError as error:
            console.show_error(str(error))
            return
        if self._verbose:
            show_running(answer)
        self._threads.add(THREAD, Turn.of(uuid4().hex, answer))

    def _show_sources(self) -> None:
        for citation in self._sources():
            answers.show_quoted(citation)

    def _open(self, number: str) -> None:
        sources = self._sources()
        by_number = {str(citation.n): citation.quote.article for citation in sources}
        article = by_number.get(number.strip("[]"))
        if article is not None:
            try:
                open_original(article, origins_of(self._index.catalog, article.id))
            except OnRecordError as error:
                console.show_error(str(error))
        elif sources:
            console.show_dim(
                f"Which? The last answer has {', '.join(by_number)}: /open {next(iter(by_number))}"
            )

    def _sources(self) -> Sequence[Citation]:
        """Those of the last answer that has any; says so where none has, or where a refusal came after."""
        turns = self._threads.turns(THREAD, _REMEMBERED)
        cited = next((turn for turn in reversed(turns) if turn.sources), None)
        if cited is None:
            console.show_dim("There are no sources yet.")
            return ()
        if cited is not turns[-1]:
            console.show_dim(f"Of the answer to “{cited.asked}”:")
        return cited.sources


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
            console.show_dim("\n/quit or Ctrl-D ends.")
            continue
        if not line and not at_terminal:
            return
        if line.strip():
            if not at_terminal:
                sys.stdout.write(f"› {clean(line.strip())}\n")
            yield line.strip()
