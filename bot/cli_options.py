"""The options that several commands share, and the settings that they give."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot.config import Settings, load_settings

Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="The folder that holds the record (default: ~/.onrecord)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DAY", help="Only articles published on DAY (2026-03-12) or later."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Only articles published on DAY or earlier.")
]
Source = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="OUTLET", help="Only articles of this outlet; may be repeated."),
]
Literally = Annotated[
    bool,
    typer.Option(
        "--literally", help="Read no days, outlets or quoted phrases from the question's own words."
    ),
]
BatchFile = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        metavar="FILE",
        help='Take questions from a JSON Lines file ("question", optionally "id", "since", "until", '
        '"source", "now"; "-" is standard input) and print one JSON object a line, in order.',
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="MODEL", help='The language model that writes, as "provider:model"; "" for none.'
    ),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", help="Say on stderr what was withheld and why, and what it took."),
]


def settings_of(context: typer.Context, home: Path | None, **given: Any) -> Settings:
    """The settings in force, with what stood before and after the command's name over them."""
    chosen = home if home is not None else context.obj
    settings = load_settings(home=None if chosen is None else str(chosen), **given)
    if settings.log == "json":
        logs.set_up(settings.log)
    return settings
