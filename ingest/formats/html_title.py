"""The title of a page's article: what its places agree on, without the name of the site."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ingest.formats.html_words import agree, bare

# Between a title and the name of a site; a hyphen only with spaces around it.
_SEPARATOR = re.compile(r"\s+(?:[|–—»·•_-]|::)\s+|\s*[|｜_]\s*(?=\S)|\s+(?=\[[^\]]+\]$)")
_FEWEST_WORDS = 3


def choose_title(
    stated: Sequence[str],
    window: str,
    headings: Sequence[str],
    sites: Sequence[str],
    url: str,
    said: str = "",
) -> str:
    """The title, of those that a page states in their order, its window's and its headings.

    A stated one counts where it agrees with what can be seen: others are a site's motto, or say what kind of
    thing it is. `sites` are names of the site, `url` is where the page is, `said` is its text outside links.
    """
    telling = [one for one in headings if len(one.split()) >= _FEWEST_WORDS]
    if len(telling) == 1 and not _is_of_page(window, headings, sites, url, said):
        window = ""
    seen = [one for one in (window, *headings) if one]
    names = {bare(name) for name in sites if name}
    for title in stated:
        if title and bare(title) not in names and (not seen or any(agree(title, one) for one in seen)):
            return without_site(title, sites, headings, url)
    if window:
        return without_site(window, sites, headings, url, guess=True)
    return next((title for title in (*headings, *stated) if title), "")


def _is_of_page(window: str, headings: Sequence[str], sites: Sequence[str], url: str, said: str) -> bool:
    """Whether a window's title can be that of its page: "Home" and the name of the site may be of any."""
    names = {bare(name) for name in sites if name}
    parts = [part for part in _SEPARATOR.split(window) if bare(part) not in names and not _is_host(part, url)]
    return any(
        len(part.split()) >= _FEWEST_WORDS
        or any(agree(part, heading) for heading in headings)
        or f" {bare(part)} " in f" {bare(said)} "
        for part in parts
    )


def without_site(
    title: str, sites: Sequence[str], headings: Sequence[str], url: str, *, guess: bool = False
) -> str:
    """The title without the name of the site at its end; with `guess` also where none is known."""
    found = list(_SEPARATOR.finditer(title))
    if not found or title in headings:
        return title
    names = {bare(name) for name in sites if name}
    for one in found:
        before, after = title[: one.start()].strip(), title[one.end() :].strip()
        if not before:
            continue
        if bare(after) in names or _is_host(after, url) or before in headings:
            return before
    for one in found:
        after = title[one.end() :].strip()
        if guess and after in headings:
            return after
    last = title[: found[-1].start()].strip()
    return last if guess and len(last.split()) >= _FEWEST_WORDS else title


def _is_host(name: str, url: str) -> bool:
    """Whether a name is that of the site, as its address writes it."""
    host = urlsplit(url).hostname or ""
    squeezed = re.sub(r"[\W_]", "", name.lower())
    return len(squeezed) > 1 and squeezed in (
        host.replace(".", ""),
        *host.split("."),
        host.removeprefix("www.").replace(".", ""),
    )
