"""Sources as RIS, a record an article, for reference managers."""

from collections.abc import Iterable, Iterator

from bot.citing.sources import CitedSource


def ris(sources: Iterable[CitedSource]) -> str:
    """The records, each begun by TY and ended by ER."""
    return "\n".join(line for source in sources for line in _record(source))


def _record(source: CitedSource) -> Iterator[str]:
    yield _line("TY", "NEWS")
    for author in source.authors:
        yield _line("AU", author.inverted)
    for tag, value in _fields(source):
        if value:
            yield _line(tag, value)
    for citation in source.citations:
        yield _line("N1", f"“{citation.quote.text}”")
    yield "ER  - "


def _fields(source: CitedSource) -> Iterator[tuple[str, str]]:
    day = source.day
    yield "TI", source.title
    yield "T2", source.outlet
    if day:
        yield "PY", f"{day.year:04}"
        yield "DA", f"{day:%Y/%m/%d/}"
    pages = [page.number for citation in source.citations for page in citation.quote.pages]
    if pages:
        yield "SP", str(min(pages))
        yield "EP", str(max(pages))
    yield "UR", source.url
    yield "LA", source.article.language
    yield "N1", source.warning


def _line(tag: str, value: str) -> str:
    # A value is one line: whatever ends a line here would begin a field of its own there.
    return f"{tag}  - {' '.join(value.split())}"
