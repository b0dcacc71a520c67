"""The manual page, made from what `--help` says; and the lines that teach a shell to complete commands."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from shutil import which

import click

SHELLS = ("bash", "zsh", "fish")
COMPLETE = "_ONRECORD_COMPLETE"
_ONRECORD = "onrecord"
_WHOLE = 1000


class _Roff(click.HelpFormatter):
    """Writes help in the form that man(1) lays out."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.write(f".PP\n.B {_escaped(prog)}\n{_escaped(args)}\n")

    def write_heading(self, heading: str) -> None:
        self.write(f'.PP\n.B "{_escaped(heading)}"\n')

    def write_text(self, text: str) -> None:
        for paragraph in re.split(r"\n\s*\n", text):
            self.write(f".PP\n{_escaped(' '.join(paragraph.split()))}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        for term, said in rows:
            self.write(f".TP\n.B {_escaped(term.strip())}\n{_escaped(said)}\n")


def manual(command: click.Command, name: str) -> str:
    """The manual page of `command` and of every command within it, in roff."""
    summary = _escaped(command.get_short_help_str(_WHOLE))
    parts = [f".TH {_ONRECORD.upper()} 1\n.SH NAME\n{name} \\- {summary}\n"]
    for path, context in _walk(command, name, None):
        formatter = _Roff(width=_WHOLE, max_width=_WHOLE)
        context.command.format_help(context, formatter)
        title = "SYNOPSIS" if context.parent is None else path
        parts.append(f'.SH "{_escaped(title)}"\n{formatter.getvalue()}')
    return "".join(parts)


def show_manual(page: str) -> None:
    """Let man(1) show the page at a terminal that has it; else print it, to be kept in a file."""
    if sys.stdout.isatty() and which("man"):
        subprocess.run(["man", "-l", "-"], input=page, text=True, check=False)  # noqa: S607 (as the user's shell finds it)
    else:
        sys.stdout.write(page)


def completion_script(app: click.Command, shell: str) -> str:
    """The lines that make `shell`, one of `SHELLS`, complete commands, options and values."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 (every one of SHELLS is Click's)
    return made(app, {}, _ONRECORD, COMPLETE).source()


def complete(app: click.Command, instruction: str) -> int:
    """Answer a shell that asks what may stand where the user pressed the key."""
    from click.shell_completion import shell_complete

    return shell_complete(app, {}, _ONRECORD, COMPLETE, instruction)


def _walk(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, click.Context]]:
    context = click.Context(command, info_name=name, parent=parent, show_default=True)
    yield context.command_path, context
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from _walk(one, below, context)


def _escaped(text: str) -> str:
    """The text as it is meant, where roff takes backslashes, quotes, hyphens and first dots for its own."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
