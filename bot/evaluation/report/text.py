"""The figures of a run, and a comparison, as lines for people and as JSON for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.evaluation.compare import Comparison
from bot.evaluation.measures import GROUPS, MEASURES
from bot.evaluation.results import Run
from bot.evaluation.summary import Estimate, Summary
from bot.terminal.plain_lines import number_of

# What the table of kinds shows of each: heading and measure.
KIND_COLUMNS = (
    ("hit@1", "hit@1"),
    ("MRR", "mrr@10"),
    ("first", "right_first"),
    ("shown", "right"),
    ("answered", "answered"),
    ("refused", "refused"),
)


def summary_lines(run: Run, summary: Summary) -> Iterator[str]:
    """Every figure."""
    answerable = sum(result.answerable for result in run.results)
    yield (
        f"{number_of(len(run.results), 'question')}: {answerable:,} answerable, "
        f"{len(run.results) - answerable:,} unanswerable; threshold {run.threshold:g}; "
        f"{number_of(run.about['articles'], 'article')}"
    )
    for group in GROUPS:
        found = [
            (m.label, summary.measures[m.key])
            for m in MEASURES
            if m.group == group and m.key in summary.measures
        ]
        if found:
            yield ""
            yield f"{group:<44}{'':>7}   95 % interval       n"
        for label, one in found:
            yield f"  {label:<42}{one.value:>7.3f}   {one.low:.3f} to {one.high:.3f}  {one.n:>6,}"
    yield ""
    yield f"{'Threshold':<12}" + "".join(f"{tenth.threshold:>7.1f}" for tenth in summary.thresholds)
    for name, label in (("answered", "answered"), ("right", "right"), ("refused", "refused")):
        cells = (getattr(tenth, name) for tenth in summary.thresholds)
        yield f"  {label:<10}" + "".join(f"{_cell(cell):>7}" for cell in cells)
    if len(summary.kinds) > 1:
        yield ""
        yield f"{'Kind':<22}{'n':>7}" + "".join(f"{heading:>10}" for heading, _ in KIND_COLUMNS)
        for kind, measures in summary.kinds.items():
            cells = (_value(measures.get(key)) for _, key in KIND_COLUMNS)
            yield f"  {kind:<20}{summary.sizes[kind]:>7,}" + "".join(f"{cell:>10}" for cell in cells)


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Every change."""
    labels = {measure.key: measure.label for measure in MEASURES}
    left_out = (
        f"; {comparison.only_new:,} questions are new or changed, {comparison.only_old:,} are gone or changed"
        if comparison.only_new or comparison.only_old
        else ""
    )
    if not comparison.paired:
        return
    yield f"Against the run of {comparison.made}, {comparison.paired:,} questions in both{left_out}"
    yield f"  {'':<42}{'before':>7}{'now':>8}{'gains':>7}{'losses':>7}{'p':>8}"
    for change in comparison.changes:
        mark = {"better": "  better", "worse": "  WORSE", "same": ""}[change.verdict]
        counts = f"{_count(change.gains):>7}{_count(change.losses):>7}"
        yield (
            f"  {labels[change.key]:<42}{change.old:>7.3f}{change.new:>8.3f}{counts}{change.p:>8.3f}{mark}"
        )
    if comparison.worse:
        yield f"Significantly worse: {', '.join(labels[change.key] for change in comparison.worse)}."
    else:
        yield "Nothing got significantly worse."


def summary_json(run: Run, summary: Summary, comparison: Comparison | None) -> dict[str, Any]:
    """The same for programs; what each question came to is in the file that --save writes."""
    return {
        "made": run.made,
        "about": dict(run.about),
        "threshold": run.threshold,
        "questions": len(run.results),
        "measures": {key: _rounded(asdict(one)) for key, one in summary.measures.items()},
        "thresholds": [_rounded(asdict(tenth)) for tenth in summary.thresholds],
        "kinds": {
            kind: {
                "questions": summary.sizes[kind],
                "measures": {key: _rounded(asdict(one)) for key, one in measures.items()},
            }
            for kind, measures in summary.kinds.items()
        },
        "comparison": None
        if comparison is None
        else {
            "made": comparison.made,
            "paired": comparison.paired,
            "only_old": comparison.only_old,
            "only_new": comparison.only_new,
            "changes": [_rounded(asdict(change)) for change in comparison.changes],
            "worse": [change.key for change in comparison.worse],
        },
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}


def _value(one: Estimate | None) -> str:
    return _cell(one.value if one else None)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _count(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
