"""Sources as BibTeX, an entry an article, for TeX and every reference manager."""

import re
import unicodedata
from collections.abc import Iterable

from bot.citing.sources import Author, CitedSource
from index.dates import MONTHS

# What TeX takes for its own. BibTeX counts braces also where a backslash stands before them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")


def bibtex(sources: Iterable[CitedSource]) -> str:
    """The entries, with a blank line between them."""
    taken: set[str] = set()
    return "\n\n".join(_entry(source, _key(source, taken)) for source in sources)


def _entry(source: CitedSource, key: str) -> str:
    day = source.day
    fields = {
        "author": " and ".join(_author(one) for one in source.authors),
        # In braces of its own, so that no style changes its capitals.
        "title": f"{{{_escaped(source.title)}}}" if source.title else "",
        "journal" if source.outlet else "howpublished": _escaped(source.outlet) or "Article",
        "year": f"{day.year:04}" if day else "",
        "month": MONTHS[day.month - 1][:3].lower() if day else "",
        "day": str(day.day) if day else "",
        "date": day.isoformat() if day else "",
        "pages": _escaped(_numbers(source)),
        "url": source.url,
        "note": _escaped(". ".join(filter(None, (source.warning, _quotes(source))))),
    }
    kind = "article" if source.outlet else "misc"
    lines = (
        # A month is one of BibTeX's own words, and stands without braces.
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
        if value
    )
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}"


def _key(source: CitedSource, taken: set[str]) -> str:
    """Author or outlet, year and first long word of the title, of letters that every program takes."""
    who = source.authors[0].family if source.authors else source.outlet
    title = next((word for word in _words(source.title) if len(word) > 3), "")
    stem = f"{''.join(_words(who))[:24]}{source.day.year if source.day else ''}{title}" or "article"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _WORD.findall(plain)


def _author(author: Author) -> str:
    """A person's name in parts; an organisation's in braces, so that no "and" in it makes two of it."""
    if author.given:
        return f"{_part(author.family)}, {_part(author.given)}"
    return f"{{{_escaped(author.family)}}}"


def _part(name: str) -> str:
    apart = "," in name or "and" in name.lower().split()
    return f"{{{_escaped(name)}}}" if apart else _escaped(name)


def _numbers(source: CitedSource) -> str:
    found = dict.fromkeys(page.number for one in source.citations for page in one.quote.pages)
    return ",".join(map(str, found))


def _quotes(source: CitedSource) -> str:
    return " … ".join(f"“{' '.join(citation.quote.text.split())}”" for citation in source.citations)


def _escaped(text: str) -> str:
    return "".join(_TEX.get(one, one) for one in text)
