"""The report's questions that went wrong, each with what was known, shown and found."""

from collections.abc import Iterator

from bot.evaluation.failures import Failure, diagnosis, failures
from bot.evaluation.report.escape import said
from bot.evaluation.results import FoundPassage, Result, Run, ShownSentence
from bot.terminal.plain_lines import number_of

# Of each kind of trouble; a page of thousands is read by nobody, and all are in the file that --save writes.
_SHOWN = 40


def cases(run: Run) -> Iterator[str]:
    """The section of worst cases."""
    yield '<h2 id="worst">Worst cases first</h2>'
    found = failures(run.results, run.threshold)
    if not found:
        yield "<p>Nothing went wrong.</p>"
        return
    links = (f'<a href="#{one.key}">{one.title}</a> ({len(one.results):,})' for one in found)
    yield f"<p>{' · '.join(links)}</p>"
    for one in found:
        yield from _trouble(one, run.threshold)


def _trouble(trouble: Failure, threshold: float) -> Iterator[str]:
    yield f'<section><h3 id="{trouble.key}">{trouble.title} ({len(trouble.results):,})</h3>'
    yield f'<p class="muted">{trouble.meaning}</p>'
    for result in trouble.results[:_SHOWN]:
        yield from _case(result, threshold)
    if len(trouble.results) > _SHOWN:
        yield f'<p class="muted">And {len(trouble.results) - _SHOWN:,} more: see <code>--save</code>.</p>'
    yield "</section>"


def _case(result: Result, threshold: float) -> Iterator[str]:
    place = (
        ""
        if not result.gold_articles
        else f", gold article {f'at {result.rank}' if result.rank else 'not found'}"
    )
    yield (
        f'<details class="case"><summary><bdi>{said(result.question)}</bdi> '
        f"<small>{said(result.kind)}, score {result.score:.2f}{place}</small></summary><dl>"
    )
    yield _entry("id", f"<bdi>{said(result.id)}</bdi>") if result.id != result.question else ""
    if not result.answerable:
        yield _entry("known", "unanswerable")
    if result.answers:
        yield _entry("gold answers", "<br>".join(f"<bdi>{said(answer)}</bdi>" for answer in result.answers))
    if result.gold_articles:
        yield _entry("gold articles", ", ".join(f"<bdi>{said(id_)}</bdi>" for id_ in result.gold_articles))
    label = "shown" if result.answered(threshold) else "held back"
    yield _entry(label, "".join(_sentence(sentence) for sentence in result.sentences) or "nothing")
    yield _entry("what happened", diagnosis(result, threshold))
    yield "</dl>"
    if result.passages:
        yield f"<details><summary>{number_of(len(result.passages), 'passage')}</summary>"
        yield "".join(_passage(passage) for passage in result.passages)
        yield "</details>"
    yield "</details>"


def _sentence(sentence: ShownSentence) -> str:
    lead = f'<span class="muted">{said(sentence.lead)}:</span> ' if sentence.lead else ""
    tag = ' <span class="tag">gold answer</span>' if sentence.right else ""
    if not all(quote.verbatim for quote in sentence.quotes):
        tag += ' <span class="tag bad">not verbatim</span>'
    sources = "<br>".join(said(quote.about) for quote in sentence.quotes)
    return f'<p><bdi>{lead}{said(sentence.text)}</bdi>{tag}<br><small class="muted">{sources}</small></p>'


def _passage(passage: FoundPassage) -> str:
    tags = "".join(
        f' <span class="tag">{name}</span>'
        for name, there in (("gold article", passage.gold), ("gold answer", passage.right))
        if there
    )
    gold = "gold" if passage.gold else ""
    cite = f"<cite>{passage.rank}. {said(passage.about)}{tags}</cite>"
    return f'<blockquote class="{gold}">{cite}<bdi>{said(passage.text)}</bdi></blockquote>'


def _entry(term: str, value: str) -> str:
    return f"<dt>{term}</dt><dd>{value}</dd>"
