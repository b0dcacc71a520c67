"""The command that puts articles on record."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli import values as values
from index.errors import UsageError


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    metavar="[PATH|LINK]...",
    shell_complete=values.files,
    help='Files, folders, patterns, links, or "-".',
)
@click.option("--prune", is_flag=True, help="Remove articles whose files are gone from the folders named.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--watch", is_flag=True, help="Keep refreshing the sources of sources.toml, by their schedules."
)
@click.option(
    "--engine",
    type=click.Choice(("local", "ray")),
    default="local",
    metavar="NAME",
    help="What reads and embeds: `local`, which is this process, or `ray`, the workers of a Ray cluster.",
)
@click.option(
    "--address",
    default="",
    metavar="HOST:PORT",
    help="The Ray cluster's (default: one on this machine, for this run).",
)
@click.option(
    "--workers",
    type=options.Whole(1, 10_000),
    metavar="N",
    help="How many of Ray's workers read and embed (default: one for each processor).",
)
@options.as_json
@options.with_home
def ingest(
    home: Path | None,
    paths: tuple[str, ...],
    prune: bool,
    dry_run: bool,
    watch: bool,
    engine: str,
    address: str,
    workers: int | None,
    as_json: bool,
) -> int:
    """Put articles on record, or refresh them: unchanged ones cost nothing.

    Reads Markdown (with front matter: title, source, authors, published, updated, url), HTML, PDF, DOCX,
    XLSX, CSV, EPUB, e-mail, saved pages (MHTML, WARC), plain text, JSON Lines of articles, ZIP and tar of
    these; and of the web pages, feeds, sitemaps and lists of links. What cannot be read is named, and never
    stops the others. Ctrl-C keeps what is done.

    Without PATH or LINK, refreshes every source that the file sources.toml names, each as
    [[source]] with a label, a page, feed, sitemap, list or path, and every = "30 min".
    """
    from bot.commands.engine import EngineChoice
    from bot.commands.ingest import run_ingest, run_sources

    settings = options.settings_of(home)
    chosen = EngineChoice(engine, address, workers or 0)
    if paths and watch:
        msg = "--watch refreshes the sources of sources.toml; leave out what you named, or name it there."
        raise UsageError(msg)
    if paths:
        return run_ingest(settings, list(paths), chosen, prune=prune, dry_run=dry_run, as_json=as_json)
    return run_sources(settings, chosen, prune=prune, dry_run=dry_run, watch=watch, as_json=as_json)
