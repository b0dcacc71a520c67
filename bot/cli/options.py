"""The options that several commands share, and the settings that they give."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from bot.settings import Settings, load_settings

_Rest = ParamSpec("_Rest")
_Given = TypeVar("_Given")

FILE = click.Path(path_type=Path)
HELP = "The folder that holds the record (default: ~/.onrecord)."

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
since = click.option("--since", metavar="DAY", help="Only articles published on DAY (2026-03-12) or later.")
until = click.option("--until", metavar="DAY", help="Only articles published on DAY or earlier.")
source = click.option(
    "--source", metavar="OUTLET", multiple=True, help="Only articles of this outlet; may be repeated."
)
_no_filters = click.option(
    "--no-filters",
    is_flag=True,
    help="Do not filter by days, outlets or quoted phrases in the question's own words.",
)
# What it was called before.
_literally = click.option("--literally", "no_filters", is_flag=True, hidden=True)
batch = click.option(
    "--batch",
    type=FILE,
    metavar="FILE",
    help='Take questions from a JSON Lines file ("question", optionally "id", "since", "until", '
    '"source", "now"; "-" is standard input) and print one JSON object a line, in order.',
)
threshold = click.option(
    "--threshold", type=float, metavar="P", help="Give no answer less probable than P, 0 to 1."
)
model = click.option(
    "--model", metavar="MODEL", help='The language model that writes, as "provider:model"; "" for none.'
)
explain = click.option(
    "--explain",
    is_flag=True,
    help="Say why: which sentences were weighed, and how sure that made it.",
)
verbose = click.option(
    "--verbose", is_flag=True, help="Say on stderr what was withheld and why, and what it took."
)


def _keep(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    # A command begins with what stood before its name, and what stands after it counts more.
    if value is not None:
        context.obj = value


home = click.option("--home", type=FILE, metavar="DIR", expose_value=False, callback=_keep, help=HELP)


def no_filters(command: Callable[_Rest, _Given]) -> Callable[_Rest, _Given]:
    """Let a command take --no-filters, also by its old name."""
    return _no_filters(_literally(command))


def with_home(command: Callable[Concatenate[Any, _Rest], _Given]) -> Callable[_Rest, _Given]:
    """Let a command take --home; its first argument is what was chosen, before or after its name, or None."""
    return home(click.pass_obj(command))


def settings_of(chosen: Path | None, **given: Any) -> Settings:
    """The settings in force, with what the command line says over them; `chosen` is the record's folder."""
    settings = load_settings(home=None if chosen is None else str(chosen), **given)
    if settings.log == "json":
        # Most commands log nothing, and should not wait for the library that does.
        from bot.monitoring import logs

        logs.set_up(settings.log)
    return settings
