"""A timeline as one HTML page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterator

from bot.evaluation.report.escape import said
from bot.evaluation.report.style import STYLE
from bot.page_numbers import page_url
from bot.timeline.as_text import also_told, day_of, nothing
from bot.timeline.timeline import Entry, Timeline
from bot.types import Citation, Sentence
from bot.web_address import web_address


def timeline_page(timeline: Timeline) -> str:
    """The whole page; the words of articles are shown, never obeyed."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{said(timeline.topic)}</title><style>{STYLE}</style></head><body><main>\n"
        f"<h1>{said(timeline.topic)}</h1>\n" + "\n".join(_body(timeline)) + "\n</main></body></html>\n"
    )


def _body(timeline: Timeline) -> Iterator[str]:
    if not timeline.entries:
        yield f"<p>{said(nothing(timeline))}</p>"
        return
    for entry in timeline.entries:
        yield from _entry(entry)
    yield "<h2>Sources</h2><ol>"
    for citation in timeline.citations:
        yield f'<li value="{citation.n}" id="source-{citation.n}">{_source(citation)}</li>'
    yield "</ol>"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<h2><time datetime="{entry.day.isoformat()}">{day_of(entry)}</time></h2>'
    if entry.disagreement:
        yield f'<p class="worse">{said(str(entry.disagreement))}</p>'
    for sentence in entry.sentences:
        lead = f"<cite>{said(sentence.lead)}</cite>"
        yield f"<blockquote>{said(sentence.text)} {_numbers(sentence)}{lead}</blockquote>"
    if rest := also_told(entry):
        yield f'<p class="muted">{said(rest)}</p>'


def _numbers(sentence: Sentence) -> str:
    return "".join(f'<a href="#source-{one.n}">[{one.n}]</a>' for one in sentence.citations)


def _source(citation: Citation) -> str:
    article = citation.quote.article
    named = said(str(article.reference))
    url = web_address(page_url(article.url, citation.quote.pages))
    linked = f'<a href="{said(url)}">{named}</a>' if url else named
    return f"{linked} {said(article.note)}".rstrip()
