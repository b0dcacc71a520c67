"""The file that names sources: each with a label, what to read, options and a schedule.

    [[source]]
    label = "Harbour Herald"
    feed = "https://harbourherald.example/feed"   # or page, sitemap, list, url, path
    every = "30 min"

A key that is no option is an error, as in the settings file: a misspelt one would be obeyed by nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from index.errors import FetchRefused, UsageError
from index.settings_reader import check_name, read_toml, read_value, setting, settings_of
from index.value_types import ANY_TEXT, TEXTS, TRUTH, number, whole
from ingest.documents import WebSource
from ingest.options import Options
from ingest.sources.schedule import Schedule, read_schedule
from ingest.urls import checked_link
from ingest.web.politeness import Politeness

_Value = TypeVar("_Value")
_POLITENESS = Politeness()
# What an option of the file is to the crawler.
_KINDS = {"page": "page", "feed": "feed", "sitemap": "sitemap", "list": "list", "url": "auto"}


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """A `[[source]]` as it is written: what to read, and how. None is what the settings or the kind say."""

    label: str = setting("", "what the source is called where it is spoken of; its first address if empty")
    page: tuple[str, ...] = setting((), "pages to read", TEXTS)
    feed: tuple[str, ...] = setting((), "RSS or Atom feeds whose pages are read", TEXTS)
    sitemap: tuple[str, ...] = setting((), "sitemaps whose pages are read", TEXTS)
    list: tuple[str, ...] = setting((), "lists of links, a link a line, whose pages are read", TEXTS)
    url: tuple[str, ...] = setting((), "addresses of any of these; On Record finds out which", TEXTS)
    path: tuple[str, ...] = setting((), "files and folders to read, from where the file of sources is", TEXTS)
    every: str = setting("1 hour", 'when `--watch` reads it: "30 min", "2 hours", "daily", "06:30"', ANY_TEXT)
    include: tuple[str, ...] = setting((), "patterns for the addresses that are taken from a listing", TEXTS)
    exclude: tuple[str, ...] = setting((), "patterns for those that are not", TEXTS)
    limit: int = setting(0, "the most pages of the source in one run; 0 is no limit", whole(0))
    recheck: bool | None = setting(
        None,
        "whether pages that are no longer listed are asked for; by default those of sitemaps and lists",
        TRUTH,
    )
    outlet: str = setting("", "the outlet of pages and files that do not say")
    delay: float = setting(_POLITENESS.delay, "seconds between two requests to a host", number(0))
    at_once: int = setting(_POLITENESS.at_once, "how many requests a host has to answer at a time", whole(1))
    pages: int = setting(
        _POLITENESS.pages, "the most pages in one run; the next one goes on from there", whole(0)
    )
    minutes: float = setting(_POLITENESS.minutes, "after how long a run asks for no more pages", number(0))
    robots: bool = setting(_POLITENESS.robots, "whether robots.txt is obeyed")
    prune: bool | None = setting(
        None, "remove articles whose files are gone; by default where `--prune` is given", TRUTH
    )
    keep_withdrawn: int | None = setting(None, "as in the settings, for this source", whole(0, 36_500))
    allow_private: bool | None = setting(None, "as in the settings, for this source", TRUTH)


OPTIONS = settings_of(SourceOptions)


@dataclass(frozen=True, slots=True)
class Source:
    """A source: files and folders to find, links to follow, and how; `outlet` as for a `WebSource`."""

    label: str
    paths: tuple[str, ...]
    links: tuple[WebSource, ...]
    outlet: str
    options: Options
    schedule: Schedule


def read_sources(file: Path, options: Options) -> list[Source]:
    """The sources that a file names, in its order; `options` are those that it does not change.

    Paths in it are meant from where the file is. Raises UsageError, naming the source, for what cannot be.
    """
    table = read_toml(file, "file of sources")
    listed = table.get("source")
    if set(table) != {"source"} or not isinstance(listed, list) or not listed:
        msg = (
            f"{file} names no sources; write [[source]] with a label and a page, feed, sitemap, list or path."
        )
        raise UsageError(msg)
    sources = [_source(entry, number, file, options) for number, entry in enumerate(listed, 1)]
    labels = [source.label for source in sources]
    if twice := next((label for label in labels if labels.count(label) > 1), ""):
        msg = f"{file} names the source {twice!r} twice; give each its own label."
        raise UsageError(msg)
    return sources


def _source(entry: Any, number: int, file: Path, options: Options) -> Source:
    named = entry.get("label") if isinstance(entry, Mapping) else None
    where = f"The source {named!r} in {file}" if named else f"Source {number} in {file}"
    if not isinstance(entry, Mapping):
        msg = f"{where} is not a table; write [[source]]."
        raise UsageError(msg)
    given = _read(entry, where)
    links = tuple(
        _link(address, kind, given, where) for key, kind in _KINDS.items() for address in getattr(given, key)
    )
    paths = tuple(str(file.resolve().parent / Path(path).expanduser()) for path in given.path)
    if not links and not paths:
        msg = f"{where} says nothing to read; give it a page, feed, sitemap, list, url or path."
        raise UsageError(msg)
    return Source(
        label=given.label or (links[0].url if links else paths[0]),
        paths=paths,
        links=links,
        outlet=given.outlet,
        options=_over(options, given),
        schedule=read_schedule(given.every, where),
    )


def _read(entry: Mapping[str, Any], where: str) -> SourceOptions:
    for key in entry:
        check_name(key, OPTIONS, f"{where}: {key}", "an option")
    return SourceOptions(
        **{key: read_value(OPTIONS[key], value, f"{where}: {key}") for key, value in entry.items()}
    )


def _over(options: Options, given: SourceOptions) -> Options:
    """The options of a run, with what a source says over them."""
    policy = options.policy
    return replace(
        options,
        prune=_first(given.prune, options.prune),
        keep_withdrawn=_first(given.keep_withdrawn, options.keep_withdrawn),
        policy=replace(policy, allow_private=_first(given.allow_private, policy.allow_private)),
        manners=Politeness(given.delay, given.at_once, given.pages, given.minutes, given.robots),
    )


def _link(address: str, kind: str, given: SourceOptions, where: str) -> WebSource:
    try:
        url = checked_link(address)
    except FetchRefused as error:
        msg = f"{where}: {address}: {error}."
        raise UsageError(msg) from error
    recheck = _first(given.recheck, kind in ("sitemap", "list"))
    return WebSource(url, kind, given.include, given.exclude, given.limit, recheck, given.outlet)


def _first(given: _Value | None, otherwise: _Value) -> _Value:
    return otherwise if given is None else given
