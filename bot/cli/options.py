"""The options that several commands share, and the settings that they give."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from bot.citing.styles import STYLES
from bot.cli import values as values
from bot.settings import Settings, load_settings
from bot.settings_tables import check_tables
from index.errors import UsageError

_Rest = ParamSpec("_Rest")
_Given = TypeVar("_Given")


class Whole(click.IntRange):
    """A whole number within bounds; Click's own name for it is "integer range", also where it says no."""

    name = "whole number"


class Number(click.types.FloatParamType):
    """A number; Click's own name for it is "float"."""

    name = "number"


FILE = click.Path(path_type=Path)
HELP = "The folder that holds the record (default: ~/.onrecord)."

since = click.option(
    "--since",
    metavar="DAY",
    help="Only articles published or updated on DAY or later: 2026-03-12, 2026-03, 2026, yesterday.",
)
until = click.option("--until", metavar="DAY", help="Only articles published or updated on DAY or earlier.")
now = click.option("--now", metavar="DAY", help='The day that "today" means (default: today).')
source = click.option(
    "--source",
    metavar="OUTLET",
    multiple=True,
    shell_complete=values.outlets,
    help="Only articles of this outlet, by its name or a part of it; may be repeated.",
)
limit = click.option(
    "-k",
    "--limit",
    type=Whole(1, 100),
    metavar="N",
    help="How many passages are looked at (default: the setting `passages`, 8).",
)
cite = click.option(
    "--cite",
    type=click.Choice(STYLES),
    metavar="STYLE",
    help=f"Print the answer for a draft, with its sources in a style: {', '.join(STYLES)}.",
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
    help='Take questions from a file, one a line, bare or as JSON ("question", optionally "id", "since", '
    '"until", "source", "now"); "-" is standard input. Print one JSON object a line, in order.',
)
threshold = click.option(
    "--threshold", type=Number(), metavar="P", help="Give no answer less probable than P, 0 to 1."
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


def output(*forms: str) -> Callable[[Callable[..., _Given]], Callable[..., _Given]]:
    """Let a command take --format, one of `forms`, and --json for short; it gets the choice as `form`."""
    said = f"How to print it: {', '.join(forms[:-1])} or {forms[-1]}  [default: {forms[0]}]"
    form = click.option(
        "--format", "form", type=click.Choice(forms), metavar="FORM", help=said, show_default=False
    )
    short = click.option("--json", "short", is_flag=True, help="Print JSON; the same as --format json.")

    def decorate(command: Callable[..., _Given]) -> Callable[..., _Given]:
        @wraps(command)
        def chosen(*given: Any, form: str | None, short: bool, **named: Any) -> _Given:
            if short and form not in (None, "json"):
                msg = f"--json and --format {form} ask for different things; leave out one."
                raise UsageError(msg)
            return command(*given, form="json" if short else form or forms[0], **named)

        return form(short(chosen))

    return decorate


def as_json(command: Callable[..., _Given]) -> Callable[..., _Given]:
    """Let a command that prints text or JSON take --format and --json."""

    @wraps(command)
    def chosen(*given: Any, form: str, **named: Any) -> _Given:
        return command(*given, as_json=form == "json", **named)

    return output("text", "json")(chosen)


def _keep(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    # A command begins with what stood before its name, and what stands after it counts more.
    if value is not None:
        context.obj = value


def _tell_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from bot.version import version_line

        click.echo(version_line())
        context.exit()


version = click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Say which version this is, for a report of a fault.",
)
home = click.option("--home", type=FILE, metavar="DIR", expose_value=False, callback=_keep, help=HELP)


def no_filters(command: Callable[_Rest, _Given]) -> Callable[_Rest, _Given]:
    """Let a command take --no-filters, also by its old name."""
    return _no_filters(_literally(command))


def with_home(command: Callable[Concatenate[Any, _Rest], _Given]) -> Callable[_Rest, _Given]:
    """Let a command take --home; its first argument is what was chosen, before or after its name, or None."""
    return home(click.pass_obj(command))


def settings_of(chosen: Path | None, **given: Any) -> Settings:
    """The settings in force, with what the command line says over them; `chosen` is the record's folder."""
    settings = settings_without_tables(chosen, **given)
    check_tables()
    return settings


def settings_without_tables(chosen: Path | None, **given: Any) -> Settings:
    """The same, where what is wrong in the tables of the servers is told in another way."""
    settings = load_settings(home=None if chosen is None else str(chosen), **given)
    if settings.log == "json":
        # Most commands log nothing, and should not wait for the library that does.
        from bot.monitoring import logs

        logs.set_up(settings.log)
    return settings
