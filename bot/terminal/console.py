"""Articles, errors and what is going on, for people at a terminal; the same text without colour elsewhere."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from bot.monitoring import logs
from bot.monitoring.masking import masked
from bot.terminal.plain_lines import clean, parts_of
from index.types import Article

_WIDTH = 100
_Thing = TypeVar("_Thing")
_SHARED: list[Console] = []


def out() -> Console:
    """The console for results."""
    return _console(sys.stdout.isatty(), stderr=False)


def err() -> Console:
    """The console for everything else; the one that shows live lines while there are some."""
    return _SHARED[-1] if _SHARED else _console(sys.stderr.isatty(), stderr=True)


@contextmanager
def shared(console: Console) -> Iterator[None]:
    """All that goes to stderr goes through `console` meanwhile: what is said comes above its live lines."""
    _SHARED.append(console)
    try:
        yield
    finally:
        _SHARED.remove(console)


def _console(terminal: bool, *, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    console.width = min(console.width, _WIDTH) if terminal else _WIDTH
    return console


def print_text(console: Console, text: Text, indent: int = 0) -> None:
    """Print indented, wrapped to the window; whole lines where there is none, since something else reads."""
    lines = text.wrap(console, console.width - indent) if console.is_terminal else text.split("\n")
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent if line else "").append_text(line), soft_wrap=True)


def show_note(note: str) -> None:
    """A word on how something came about, on stderr: no error."""
    if logs.say(note, logging.INFO):
        return
    err().print(Text(clean(masked(note)), style="yellow"), soft_wrap=True)


def show_dim(line: str) -> None:
    """A line on stderr that need not be read."""
    err().print(Text(clean(line), style="dim"), soft_wrap=True)


def about(article: Article) -> Text:
    """Outlet, title and dates of an article, in one line."""
    return Text.assemble(*parts_of(article))


def show_article(article: Article) -> None:
    """Print one article whole."""
    console = out()
    console.print(about(article), style="bold")
    id_ = f"id {article.id}" + (f", language {article.language}" if article.language else "")
    authors = f"by {', '.join(article.authors)}" if article.authors else ""
    for line in filter(None, (id_, authors, article.url, article.note)):
        console.print(Text(clean(line), style="dim"), soft_wrap=True)
    console.print()
    print_text(console, Text(clean(article.text)))


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """Say what is going on while it is going on, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    with err().status(message):
        yield


def print_whole(text: str) -> None:
    """Print text that will be pasted or read by a program: cleaned, and no line of it broken or coloured."""
    sys.stdout.write(f"{clean(text)}\n")


def counted(things: Sequence[_Thing], what: str) -> Iterator[_Thing]:
    """The things, while a line on a terminal says how many of them are done."""
    if not sys.stderr.isatty():
        yield from things
        return
    with err().status("") as line:
        for done, one in enumerate(things):
            line.update(f"{what.capitalize()} {done + 1:,} of {len(things):,} …")
            yield one


def show_error(sentence: str) -> None:
    """One sentence on stderr, whatever it holds; a line of the log where programs read that."""
    if logs.say(sentence):
        return
    err().print(Text(clean(masked(sentence)), style="red"), soft_wrap=True)
