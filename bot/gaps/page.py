"""Gaps as one HTML page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.evaluation.report.escape import said
from bot.evaluation.report.style import STYLE
from bot.gaps.as_text import NOTHING, counts
from bot.gaps.gaps import Gap
from bot.web_address import web_address
from index.dates import long_day


def gaps_page(gaps: Sequence[Gap], since: datetime) -> str:
    """The whole page; questions and titles are shown, never obeyed."""
    title = f"What was not answered since {long_day(since.astimezone().date())}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>\n"
        f"<h1>{title}</h1>\n" + "\n".join(_body(gaps)) + "\n</main></body></html>\n"
    )


def _body(gaps: Sequence[Gap]) -> Iterator[str]:
    if not gaps:
        yield f"<p>{NOTHING}</p>"
    for gap in gaps:
        yield f'<h2>{said(gap.question)}</h2><p class="muted">{said(counts(gap))}</p>'
        if gap.nearest:
            named = said(str(gap.nearest.reference))
            url = web_address(gap.nearest.url)
            linked = f'<a href="{said(url)}">{named}</a>' if url else named
            yield f"<p>Nearest: {linked}</p>"
