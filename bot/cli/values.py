"""What may be typed in a place, for a shell that completes it: outlets, ids of articles, files."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.manual import COMPLETE
from bot.settings import load_settings
from index.errors import OnRecordError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from index.catalog.snapshot import Snapshot

_MOST = 50
_Read = TypeVar("_Read")


def outlets(context: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The outlets on record whose names begin with what was typed; where none does, those that hold it."""
    sought = incomplete.casefold()
    named = _of_record(context, lambda snapshot: [source for source, _ in snapshot.sources() if source])
    begun = [source for source in named if source.casefold().startswith(sought)]
    return _items((source, "") for source in begun or [one for one in named if sought in one.casefold()])


def articles(context: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The ids on record that begin with what was typed, each with its title where the shell shows it."""

    def titled(snapshot: "Snapshot") -> list[tuple[str, str]]:
        found = ((id_, snapshot.article(id_)) for id_ in snapshot.ids_like(incomplete, _MOST))
        return [(id_, article.title if article else "") for id_, article in found]

    return _items(iter(_of_record(context, titled)))


def files(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Whatever files the shell finds."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _of_record(context: click.Context, read: "Callable[[Snapshot], list[_Read]]") -> list[_Read]:
    """What `read` finds in the record that the command is about; nothing where there is none to read."""
    try:
        record = load_settings(home=str(context.obj) if context.obj else None).record
        if not record.exists():
            return []
        with closing(record.open_catalog()) as catalog, catalog.read() as snapshot:
            return read(snapshot)
    except OnRecordError:
        # The command itself will say it, when it is run.
        return []


def _items(found: Iterator[tuple[str, str]]) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    # Click has zsh and fish quote a value, and bash not.
    in_bash = os.environ.get(COMPLETE, "").startswith("bash")
    some = [one for one, _ in zip(found, range(_MOST), strict=False)]
    return [CompletionItem(_quoted(value) if in_bash else value, help=said or None) for value, said in some]


def _quoted(value: str) -> str:
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
