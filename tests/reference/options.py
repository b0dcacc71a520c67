"""The tables of commands and of their options, from what `--help` prints."""

from collections.abc import Iterator

import click

from bot.cli.app import app
from tests.reference.table import table

# Commands are named one by one up to here; above, those that lack the option.
_MOST = 6


def commands() -> dict[str, click.Command]:
    """Every command by what is typed after `onrecord`, in the order of the help."""

    def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                yield from walk(below, f"{path} {name}".strip())
        else:
            yield path, command

    return dict(walk(app, ""))


def tables() -> str:
    """The commands; and each argument and option with the commands that have it."""
    every = commands()
    return f"{_commands(every)}\n\n{_options(every)}"


def _commands(every: dict[str, click.Command]) -> str:
    rows = []
    for name, command in every.items():
        arguments = [
            p.make_metavar(_context(command)) for p in command.params if isinstance(p, click.Argument)
        ]
        does = command.get_short_help_str(1000)
        rows.append([f"`{' '.join(['onrecord', name, *arguments])}`", does])
    return table(["command", "what it does"], rows)


def _options(every: dict[str, click.Command]) -> str:
    having: dict[tuple[str, str], list[str]] = {}
    for name, command in every.items():
        for option in command.params:
            # A hidden option has no record.
            if record := option.get_help_record(_context(command)):
                having.setdefault(record, []).append(name)
    rows = [[f"`{option}`", _of(names, list(every)), says] for (option, says), names in having.items()]
    return table(["argument or option", "of", "what it says"], rows)


def _of(names: list[str], every: list[str]) -> str:
    if len(names) <= _MOST:
        return _listed(names)
    return f"all but {_listed([name for name in every if name not in names])}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _context(command: click.Command) -> click.Context:
    return click.Context(command, show_default=True)
