"""The command that tells the story so far."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.options import settings_of
from index.errors import UsageError


@click.command()
@click.argument("topic", nargs=-1, required=True, metavar="TOPIC", help="What it is about, in a few words.")
@click.option("--since", metavar="DAY", help="Only what happened on DAY (2026-03-12) or later.")
@click.option("--until", metavar="DAY", help="Only what happened on DAY or earlier.")
@click.option(
    "--max", "most", type=options.Whole(1, 100), metavar="N", default=12, help="How many days at most."
)
@options.as_json
@click.option("--markdown", is_flag=True, help="Print Markdown instead of text.")
@click.option("--html", is_flag=True, help="Print a page of HTML instead of text.")
@options.with_home
def timeline(
    home: Path | None,
    topic: tuple[str, ...],
    since: str | None,
    until: str | None,
    most: int,
    as_json: bool,
    markdown: bool,
    html: bool,
) -> int:
    """Tell the story so far: the days on which something happened, with verbatim sentences."""
    from bot.commands.timeline import show_timeline
    from bot.question_input import query_of

    forms = [name for name, on in (("json", as_json), ("markdown", markdown), ("html", html)) if on]
    if len(forms) > 1:
        msg = f"Choose one form: --{' or --'.join(forms)}."
        raise UsageError(msg)
    query = query_of({"question": " ".join(topic), "since": since, "until": until})
    if query.since and query.until and query.since > query.until:
        msg = f"Nothing lies between {query.since} and {query.until}: the first day is after the last."
        raise UsageError(msg)
    return show_timeline(settings_of(home), query.text, query.since, query.until, most, "".join(forms))
