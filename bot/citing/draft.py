"""An answer with its sources, as it goes into a draft."""

from collections.abc import Iterator

from bot.citing.bibtex import bibtex
from bot.citing.markdown import link, literal
from bot.citing.prose import PROSE
from bot.citing.ris import ris
from bot.citing.sources import CitedSource, cited_sources
from bot.types import Answer, Sentence
from index.dates import long_day


def draft(answer: Answer, style: str) -> str:
    """The answer in one of `bot.citing.styles.STYLES`; of BibTeX and RIS only the sources.

    The numbers of the quotes stand in the text, whatever the style, so that each sentence can be traced.
    """
    sources = cited_sources(answer.citations)
    if style == "bibtex":
        return bibtex(sources)
    if style == "ris":
        return ris(sources)
    if style == "markdown":
        return markdown(answer)
    said = [
        f"{_said(one)} {''.join(f'[{citation.n}]' for citation in one.citations)}" for one in answer.sentences
    ]
    listed = [f"{one.numbers} {PROSE[style](one)}{_warned(one)}" for one in sources]
    return "\n\n".join([*_differing(answer), *said, "\n".join(listed)])


def markdown(answer: Answer) -> str:
    """The answer in Markdown, each quote a footnote with its source."""
    said = [
        f"{literal(_said(one))}{''.join(f'[^{citation.n}]' for citation in one.citations)}"
        for one in answer.sentences
    ]
    notes = sorted(note for source in cited_sources(answer.citations) for note in _notes(source, answer))
    return "\n\n".join([*map(literal, _differing(answer)), *said, "\n".join(note for _, note in notes)])


def _notes(source: CitedSource, answer: Answer) -> Iterator[tuple[int, str]]:
    title = link(source.title or source.outlet or "Untitled", source.url)
    outlet = literal(source.outlet) if source.title else ""
    about = ", ".join(filter(None, (outlet, title, long_day(source.day) if source.day else "", source.pages)))
    warned = f" ({literal(source.warning)})" if source.warning else ""
    for citation in source.citations:
        quote = "" if answer.shows(citation.quote) else f" “{literal(citation.quote.text)}”"
        yield citation.n, f"[^{citation.n}]: {about}.{warned}{quote}"


def _differing(answer: Answer) -> list[str]:
    """The line that says where outlets differ, if they do: who quotes one of them must not drop it unseen."""
    return [str(answer.disagreement)] if answer.disagreement else []


def _said(sentence: Sentence) -> str:
    return f"{sentence.lead}: {sentence.text}" if sentence.lead else sentence.text


def _warned(source: CitedSource) -> str:
    return f" ({source.warning})" if source.warning else ""
