"""The help of commands that have commands: whole sentences, under the headings that they were given."""

from collections.abc import Sequence
from typing import Any

import click

# Longer than any: a sentence is wrapped, not cut.
_WHOLE = 1000


class SectionedGroup(click.Group):
    """A group that lists its commands in the order, and under the headings, in which they were added."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._headings: dict[str, list[str]] = {}

    def add(self, heading: str, commands: Sequence[click.Command]) -> None:
        """Offer `commands`, under `heading`."""
        for command in commands:
            self.add_command(command)
        self._headings[heading] = [command.name or "" for command in commands]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in their order."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the headings, with the first sentence of each command."""
        width = max(map(len, self.commands))
        for heading, names in self._headings.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(width), self.commands[name].get_short_help_str(_WHOLE)) for name in names]
                )
