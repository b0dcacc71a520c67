"""The command that puts articles on record."""

from typing import Annotated

import typer

from bot.cli_options import AsJson, Home, settings_of
from index.errors import UsageError


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH|LINK]...", help='Files, folders, patterns, links, or "-".'),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove articles whose files are gone from the folders named.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep refreshing the sources of sources.toml, by their schedules.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Put articles on record, or refresh them: unchanged ones cost nothing.

    Reads Markdown (with front matter: title, source, authors, published, updated, url), HTML, PDF, DOCX,
    EPUB, e-mail, saved pages (MHTML, WARC), plain text, JSON Lines of articles, ZIP and tar of these; and of
    the web pages, feeds, sitemaps and lists of links. What cannot be read is named, and never stops the
    others. Ctrl-C keeps what is done.

    Without PATH or LINK, refreshes every source that the file sources.toml names, each as
    [[source]] with a label, a page, feed, sitemap, list or path, and every = "30 min".
    """
    from bot.ingesting import run_ingest, run_sources

    settings = settings_of(context, home)
    if paths and watch:
        msg = "--watch refreshes the sources of sources.toml; leave out what you named, or name it there."
        raise UsageError(msg)
    if paths:
        raise typer.Exit(run_ingest(settings, paths, prune=prune, dry_run=dry_run, as_json=as_json))
    raise typer.Exit(run_sources(settings, prune=prune, dry_run=dry_run, watch=watch, as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Give the program this command."""
    app.command()(ingest)
