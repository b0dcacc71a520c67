"""References in sentences: Chicago notes, APA's list of references, MLA's works cited.

Only for what On Record holds: articles in an outlet, by day and address. citeproc-py, tried on these three
with the published styles, repeated the title of an article that names no author, and changed the capitals of
titles.
"""

from collections.abc import Callable, Sequence
from datetime import date

from bot.citing.sources import Author, CitedSource
from index.dates import MONTHS, long_day

# MLA shortens all but these.
_SHORT = {"May": "May", "June": "June", "July": "July", "September": "Sept."}
_ENDS = ("?", "!", ".", "…")
# Where APA leaves out authors in the middle.
_MOST_BY_APA = 20


def footnote(source: CitedSource) -> str:
    """Outlet, title, day and page, as On Record itself names an article."""
    title = f"“{source.title}”" if source.title else ""
    day = long_day(source.day) if source.day else ""
    return " ".join(filter(None, (_sentence(source.outlet, title, day, source.pages), source.url)))


def chicago(source: CitedSource) -> str:
    """Write it as a note: Ada Fenwick and Tom Ruiz, “Title,” Outlet, March 3, 2026, URL."""
    names = [author.natural for author in source.authors]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    title = _quoted(source.title, ",")
    about = _sentence(source.outlet, _american(source.day), source.pages, source.url)
    lead = f"{authors}, " if authors else ""
    return f"{lead}{title} {about}" if title else f"{lead}{about}"


def apa(source: CitedSource) -> str:
    """Write it as a reference: Fenwick, A., & Ruiz, T. (2026, March 3). Title. Outlet. URL."""
    day = source.day
    when = f"{day.year}, {MONTHS[day.month - 1]} {day.day}" if day else "n.d."
    authors = _apa_authors(source.authors)
    title = f"{source.title or '[Untitled article]'}{f' ({source.pages})' if source.pages else ''}"
    lead = f"{authors.rstrip('.')}. ({when}). {_ended(title)}" if authors else f"{_ended(title)} ({when})."
    tail = f" {_ended(source.outlet)}" if source.outlet else ""
    return f"{lead}{tail}{f' {source.url}' if source.url else ''}"


def mla(source: CitedSource) -> str:
    """Write it for works cited: Fenwick, Ada, and Tom Ruiz. “Title.” Outlet, 3 Mar. 2026, URL."""
    authors = _mla_authors(source.authors)
    title = _quoted(source.title, ".")
    about = _sentence(source.outlet, _british(source.day), source.pages, source.url)
    return " ".join(filter(None, (_ended(authors) if authors else "", title, about)))


PROSE: dict[str, Callable[[CitedSource], str]] = {
    "footnotes": footnote, "chicago": chicago, "apa": apa, "mla": mla,
}  # fmt: skip


def _apa_authors(authors: Sequence[Author]) -> str:
    names = [f"{one.family}, {_initials(one.given)}" if one.given else one.family for one in authors]
    if len(names) > _MOST_BY_APA:
        return f"{', '.join(names[: _MOST_BY_APA - 1])}, … {names[-1]}"
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def _mla_authors(authors: Sequence[Author]) -> str:
    if not authors:
        return ""
    if len(authors) == 2:
        return f"{authors[0].inverted}, and {authors[1].natural}"
    return f"{authors[0].inverted}, et al." if len(authors) > 2 else authors[0].inverted


def _initials(given: str) -> str:
    """Such as "J.-P. M." of "Jean-Pierre Marie"."""
    return " ".join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split())


def _quoted(title: str, mark: str) -> str:
    """The title in quotation marks, with the comma or stop within them, as Americans put it."""
    if not title:
        return ""
    return f"“{title}”" if title.endswith(_ENDS) else f"“{title}{mark}”"


def _sentence(*parts: str) -> str:
    return _ended(", ".join(filter(None, parts)))


def _ended(text: str) -> str:
    return text if not text or text.endswith(_ENDS) else f"{text}."


def _american(day: date | None) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if day else "n.d."


def _british(day: date | None) -> str:
    if day is None:
        return "n.d."
    month = MONTHS[day.month - 1]
    return f"{day.day} {_SHORT.get(month, f'{month[:3]}.')} {day.year}"
