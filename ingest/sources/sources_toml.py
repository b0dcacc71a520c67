"""The file that names sources: each with a label, what to read, options and a schedule.

    [[source]]
    label = "Harbour Herald"
    feed = "https://harbourherald.example/feed"   # or page, sitemap, list, url, path
    every = "30 min"

A key that is no option is an error, as in the settings file: a misspelt one would be obeyed by nobody.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from index.errors import FetchRefused, UsageError
from ingest.documents import WebSource
from ingest.options import Options
from ingest.sources.schedule import Schedule, read_schedule
from ingest.urls import checked_link
from ingest.web.politeness import Politeness

_WEB = {"page": "page", "feed": "feed", "sitemap": "sitemap", "list": "list", "url": "auto"}
_LINK: dict[str, tuple[type, ...]] = {
    "include": (list,), "exclude": (list,), "limit": (int,), "recheck": (bool,), "outlet": (str,),
}  # fmt: skip
_MANNERS: dict[str, tuple[type, ...]] = {
    "delay": (int, float), "at_once": (int,), "pages": (int,), "minutes": (int, float), "robots": (bool,),
}  # fmt: skip
_OTHER: dict[str, tuple[type, ...]] = {
    "label": (str,), "path": (str, list), "every": (str,), "prune": (bool,), "keep_withdrawn": (int,),
    "allow_private": (bool,), **dict.fromkeys(_WEB, (str, list)),
}  # fmt: skip
OPTIONS = {**_LINK, **_MANNERS, **_OTHER}
_NAMES = {
    str: "text",
    list: "a list of texts",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source: files and folders to find, links to follow, and how."""

    label: str
    paths: tuple[str, ...]
    links: tuple[WebSource, ...]
    options: Options
    schedule: Schedule


def read_sources(file: Path, options: Options) -> list[Source]:
    """The sources that a file names, in its order; `options` are those that it does not change.

    Paths in it are meant from where the file is. Raises UsageError, naming the source, for what cannot be.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"The file of sources {file} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"The file of sources {file} is not TOML: {error}."
        raise UsageError(msg) from error
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
    for key, value in entry.items():
        _check(key, value, where)
    links = tuple(
        _link(address, _WEB[key], entry, where) for key in _WEB for address in _texts(entry.get(key, []))
    )
    paths = tuple(
        str(file.resolve().parent / Path(path).expanduser()) for path in _texts(entry.get("path", []))
    )
    if not links and not paths:
        msg = f"{where} says nothing to read; give it a page, feed, sitemap, list, url or path."
        raise UsageError(msg)
    manners = Politeness(**{key: entry[key] for key in _MANNERS if key in entry})
    policy = replace(options.policy, allow_private=entry.get("allow_private", options.policy.allow_private))
    return Source(
        label=named or (links[0].url if links else paths[0]),
        paths=paths,
        links=links,
        options=replace(
            options,
            prune=entry.get("prune", options.prune),
            keep_withdrawn=entry.get("keep_withdrawn", options.keep_withdrawn),
            policy=policy,
            manners=manners,
        ),
        schedule=read_schedule(entry.get("every", "1 hour"), where),
    )


def _check(key: str, value: object, where: str) -> None:
    if key not in OPTIONS:
        close = get_close_matches(key, OPTIONS, 1)
        meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(OPTIONS)}."
        msg = f"{where}: {key} is not an option; {meant}"
        raise UsageError(msg)
    kinds = OPTIONS[key]
    fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
    texts = not isinstance(value, list) or all(isinstance(one, str) for one in value)
    if not fits or not texts or (isinstance(value, int | float) and value < 0):
        wanted = " or ".join(_NAMES[kind] for kind in kinds)
        msg = f"{where}: {key} must be {wanted}, not {value!r}."
        raise UsageError(msg)


def _link(address: str, kind: str, entry: Mapping[str, Any], where: str) -> WebSource:
    try:
        url = checked_link(address)
    except FetchRefused as error:
        msg = f"{where}: {address}: {error}."
        raise UsageError(msg) from error
    return WebSource(
        url,
        kind,
        tuple(entry.get("include", ())),
        tuple(entry.get("exclude", ())),
        entry.get("limit", 0),
        entry.get("recheck", kind in ("sitemap", "list")),
        entry.get("outlet", ""),
    )


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
