"""A run as one HTML file that needs nothing else: no script, no font, no request."""

from collections.abc import Iterator

from bot.evaluation.compare import Comparison
from bot.evaluation.measures import GROUPS, MEASURES, has_both
from bot.evaluation.report.charts import calibration_chart, interval_mark, score_chart, threshold_chart
from bot.evaluation.report.escape import figure, said
from bot.evaluation.report.failed_cases import cases
from bot.evaluation.report.guide import GUIDE
from bot.evaluation.report.style import STYLE
from bot.evaluation.report.text import KIND_COLUMNS
from bot.evaluation.results import Run
from bot.evaluation.summary import Estimate, Summary
from bot.terminal.plain_lines import number_of

# What stands large at the top, where it was measured.
_TILES = (
    ("hit@1", "gold article found first"),
    ("right", "gold answer shown"),
    ("verbatim", "quotes verbatim"),
    ("answered", "answerable answered"),
    ("refused", "unanswerable refused"),
    ("auroc", "AUROC"),
)


def report(run: Run, summary: Summary, comparison: Comparison | None) -> str:
    """The whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        # Belt and braces: were something ever let through, the browser would not fetch or run it.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>On Record, measured {said(run.made[:10])}</title><style>{STYLE}</style></head><body><main>\n"
        + "\n".join([*_head(run, summary), *_comparison(comparison), *_measures(summary)])
        + "\n".join([*_charts(run), *_thresholds(run, summary), *_kinds(summary), *cases(run)])
        + "\n</main></body></html>\n"
    )


def _head(run: Run, summary: Summary) -> Iterator[str]:
    answerable = sum(result.answerable for result in run.results)
    yield "<h1>How well it answers</h1>"
    yield (
        f'<p class="muted">{number_of(len(run.results), "question")} ({answerable:,} answerable, '
        f"{len(run.results) - answerable:,} unanswerable) put to "
        f"{number_of(run.about['articles'], 'article')} on "
        f"{said(run.made.replace('T', ' ')[:16])} UTC; threshold {run.threshold:g}, "
        f"{run.about['passages']} passages, model {said(str(run.about['embedding_model']))}.</p>"
    )
    yield '<ul class="tiles">'
    for key, name in _TILES:
        if one := summary.measures.get(key):
            yield f"<li><b>{one.value:.2f}</b><span>{name}</span><span>{_interval(one)}</span></li>"
    yield "</ul>"
    yield '<details class="case"><summary>How to read this</summary>'
    yield "".join(f"<p>{said(paragraph)}</p>" for paragraph in GUIDE)
    yield "</details>"


def _comparison(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    labels = {measure.key: measure.label for measure in MEASURES}
    yield f"<h2>Against the run of {said(comparison.made[:16].replace('T', ' '))} UTC</h2>"
    if not comparison.paired:
        yield "<p>No question is in both runs: there is nothing to compare.</p>"
        return
    worse = ", ".join(labels[change.key] for change in comparison.worse)
    verdict = f"Significantly worse: {worse}." if worse else "Nothing got significantly worse."
    yield f'<p class="{"worse" if worse else "better"}">{verdict}</p>'
    yield (
        f"<p>{comparison.paired:,} questions are in both runs; {comparison.only_new:,} are new or changed, "
        f"{comparison.only_old:,} are gone or changed.</p>"
    )
    head = _row(["measure", "n", "before", "now", "gains", "losses", "p", ""], head=True)
    yield f'<div class="scroll"><table><thead>{head}</thead><tbody>'
    for change in comparison.changes:
        counts = ["–" if count is None else f"{count:,}" for count in (change.gains, change.losses)]
        word = "" if change.verdict == "same" else f'<span class="{change.verdict}">{change.verdict}</span>'
        yield _row(
            [labels[change.key], f"{change.n:,}", figure(change.old, 3), figure(change.new, 3), *counts,
             figure(change.p, 3), word]
        )  # fmt: skip
    yield "</tbody></table></div>"


def _measures(summary: Summary) -> Iterator[str]:
    head = _row(["measure", "value", "95 % interval", "", "n"], head=True)
    yield f'<h2>Every measure</h2><div class="scroll"><table><thead>{head}</thead>'
    for group in GROUPS:
        found = [
            (m, summary.measures[m.key]) for m in MEASURES if m.group == group and m.key in summary.measures
        ]
        if found:
            yield f'<tbody><tr class="group"><th scope="rowgroup" colspan="5">{group}</th></tr>'
        for measure, one in found:
            yield (
                f'<tr><th scope="row">{measure.label}<small>{measure.meaning}</small></th>'
                f"<td>{one.value:.3f}</td><td><small>{_interval(one)}</small></td>"
                f'<td class="interval">{interval_mark(one)}</td><td>{one.n:,}</td></tr>'
            )
        if found:
            yield "</tbody>"
    yield "</table></div>"


def _charts(run: Run) -> Iterator[str]:
    both = has_both(run.results)
    yield '<h2>Scores and thresholds</h2><div class="charts">'
    if both:
        yield _figure(
            "Calibration", calibration_chart(run.results),
            "On the dashed line a score is the share of answerable questions among those with that score. "
            "Dots below it: too sure. Dots above it: too modest. The larger a dot, the more questions.",
        )  # fmt: skip
    yield _figure(
        "Scores", score_chart(run.results, run.threshold),
        "The less the two sides overlap, the better a threshold can tell them apart.",
    )  # fmt: skip
    yield _figure(
        "What a threshold does", threshold_chart(run.results, run.threshold),
        "Answered: of the answerable questions. Right: of those answered, as far as gold answers are known. "
        "Refused: of the unanswerable ones.",
    )  # fmt: skip
    yield "</div>"


def _thresholds(run: Run, summary: Summary) -> Iterator[str]:
    head = _row(["threshold", "answerable answered", "of those right", "unanswerable refused"], head=True)
    yield '<h3>Choose your threshold</h3><div class="scroll"><table>'
    yield f"<caption>Set it as <code>threshold</code> in onrecord.toml.</caption><thead>{head}</thead><tbody>"
    for one in summary.thresholds:
        cells = [f"{one.threshold:.1f}", figure(one.answered), figure(one.right), figure(one.refused)]
        yield _row(cells, classes="now" if abs(one.threshold - run.threshold) < 1e-9 else "")
    yield "</tbody></table></div>"


def _kinds(summary: Summary) -> Iterator[str]:
    if len(summary.kinds) < 2:
        return
    head = _row(["kind", "n", *(heading for heading, _ in KIND_COLUMNS)], head=True)
    yield f'<h2>By kind of question</h2><div class="scroll"><table><thead>{head}</thead><tbody>'
    for kind, measures in summary.kinds.items():
        cells = [
            f"{one.value:.2f}<br><small>{_interval(one)}</small>" if (one := measures.get(key)) else "–"
            for _, key in KIND_COLUMNS
        ]
        yield _row([said(kind), f"{summary.sizes[kind]:,}", *cells])
    yield "</tbody></table></div>"


def _figure(title: str, drawn: str, caption: str) -> str:
    return f"<figure><h3>{title}</h3>{drawn}<figcaption>{caption}</figcaption></figure>"


def _row(cells: list[str], *, head: bool = False, classes: str = "") -> str:
    """A row of cells that are markup already."""
    first = f'<th scope="{"col" if head else "row"}">{cells[0]}</th>'
    tag = 'th scope="col"' if head else "td"
    rest = "".join(f"<{tag}>{cell}</{tag[:2]}>" for cell in cells[1:])
    return f'<tr class="{classes}">{first}{rest}</tr>' if classes else f"<tr>{first}{rest}</tr>"


def _interval(one: Estimate) -> str:
    return f"{one.low:.2f} to {one.high:.2f}"
