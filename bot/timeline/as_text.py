"""A timeline as plain text for a terminal, and as Markdown."""

from collections.abc import Iterator

from bot.citing.markdown import literal
from bot.page_numbers import page_url
from bot.timeline.timeline import Entry, Timeline
from bot.types import Citation, Sentence
from bot.web_address import web_address
from index.dates import long_day


def nothing(timeline: Timeline) -> str:
    """What is said where there is no entry."""
    if not timeline.searched:
        return "Not on record: there is no article yet; run `onrecord ingest PATH` first."
    days = f" ({timeline.days})" if timeline.days else ""
    return f"Not on record: none of the {timeline.searched:,} articles tells of that on a known day{days}."


def day_of(entry: Entry) -> str:
    """Such as "9 March 2026", or "reported 9 March 2026" where that is when it was published."""
    return f"reported {long_day(entry.day)}" if entry.reported else long_day(entry.day)


def text_lines(timeline: Timeline) -> Iterator[str]:
    """Each day with its sentences, then the sources by number."""
    if not timeline.entries:
        yield nothing(timeline)
        return
    for entry in timeline.entries:
        yield day_of(entry)
        if entry.disagreement:
            yield f"  {entry.disagreement}"
        for sentence in entry.sentences:
            yield f"  {_lead(sentence)}{_line(sentence.text)} {_numbers(sentence)}"
        if rest := also_told(entry):
            yield f"  {rest}"
        yield ""
    for citation in timeline.citations:
        yield f"[{citation.n}] {citation.quote.article.reference}"
        if citation.quote.article.note:
            yield f"    {_line(citation.quote.article.note)}"
        if citation.quote.article.url:
            yield f"    {_url(citation)}"


def markdown_lines(timeline: Timeline) -> Iterator[str]:
    """The same as Markdown; what stands in articles is escaped."""
    yield f"# {literal(timeline.topic)}\n"
    if not timeline.entries:
        yield nothing(timeline)
        return
    for entry in timeline.entries:
        yield f"## {day_of(entry)}\n"
        if entry.disagreement:
            yield f"**{literal(str(entry.disagreement))}**\n"
        for sentence in entry.sentences:
            yield f"> {literal(_lead(sentence) + sentence.text)} {literal(_numbers(sentence))}\n"
        if rest := also_told(entry):
            yield f"{literal(rest)}\n"
    yield "---\n"
    for citation in timeline.citations:
        url = f" <{address}>" if (address := web_address(_url(citation))) else ""
        note = f" {literal(citation.quote.article.note)}" if citation.quote.article.note else ""
        yield f"{literal(f'[{citation.n}] {citation.quote.article.reference}')}.{note}{url}\n"


def also_told(entry: Entry) -> str:
    """The outlets that tell of a day and are not quoted; "" where there are none."""
    quoted = {c.quote.article.source for sentence in entry.sentences for c in sentence.citations}
    others = [outlet for outlet in entry.outlets if outlet not in quoted]
    return f"Also told by: {', '.join(others)}." if others else ""


def _lead(sentence: Sentence) -> str:
    return f"{sentence.lead}: " if sentence.lead else ""


def _numbers(sentence: Sentence) -> str:
    return "".join(f"[{citation.n}]" for citation in sentence.citations)


def _url(citation: Citation) -> str:
    return page_url(citation.quote.article.url, citation.quote.pages)


def _line(text: str) -> str:
    return " ".join(text.split())
