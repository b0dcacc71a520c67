"""The report's charts as inline SVG, in the colours of the page, each with words for who cannot see it.

Lines differ in dashes, not in colour alone.
"""

from collections.abc import Sequence

import numpy as np

from bot.evaluation.measures import BINS, bin_of, scores_of
from bot.evaluation.results import Result
from bot.evaluation.summary import Estimate, at_threshold

# The drawing, and the plot within it, in units of the view box.
_WIDTH, _HEIGHT = 330.0, 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 14.0, 24.0, 40.0
_HISTOGRAM_BINS = 20
_STEPS = 50


def calibration_chart(results: Sequence[Result]) -> str:
    """Score against the share of answerable questions at that score; the size of a dot is its questions."""
    scores, answerable = scores_of(results)
    bins = bin_of(scores)
    points = [
        (float(scores[here].mean()), float(answerable[here].mean()), int(here.sum()))
        for here in (bins == one for one in range(BINS))
        if here.any()
    ]
    most = max(n for *_, n in points)
    drawn = [
        f'<path class="mark" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>',
        _line([(score, share) for score, share, _ in points], "a"),
        *(
            f'<circle class="fill a" cx="{_x(score)}" cy="{_y(share)}" r="{3 + 5 * (n / most) ** 0.5:.1f}">'
            f"<title>score {score:.2f}: {share:.2f} answerable, {n:,} questions</title></circle>"
            for score, share, n in points
        ),
    ]
    words = "; ".join(f"score {score:.2f}, {share:.2f} answerable of {n:,}" for score, share, n in points)
    return _chart(f"Calibration: {words}.", drawn, "score", "share answerable")


def score_chart(results: Sequence[Result], threshold: float) -> str:
    """How many answerable questions (upwards) and unanswerable ones (downwards) have which score."""
    scores, answerable = scores_of(results)
    edges = np.linspace(0, 1, _HISTOGRAM_BINS + 1)
    up, down = (np.histogram(scores[answerable == label], edges)[0] for label in (1, 0))
    most = max(int(up.max()), int(down.max()), 1)
    width = (_WIDTH - _LEFT - _RIGHT) / _HISTOGRAM_BINS - 1.5
    drawn = []
    for counts, name, kind in ((up, "a", "answerable"), (down, "b", "unanswerable")):
        for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True):
            if count:
                far = 0.5 + (0.5 if name == "a" else -0.5) * count / most
                top, bottom = max(far, 0.5), min(far, 0.5)
                drawn.append(
                    f'<rect class="fill bar {name}" x="{_x(left)}" y="{_y(top)}" width="{width:.1f}" '
                    f'height="{(top - bottom) * (_HEIGHT - _TOP - _BOTTOM):.1f}">'
                    f"<title>{count} {kind}, score {left:.2f} to {right:.2f}</title></rect>"
                )
    drawn += [
        f'<path class="grid" d="M{_x(0)} {_y(0.5)}H{_x(1)}"/>',
        _threshold(threshold),
        f'<text class="name a" x="{_LEFT + 6}" y="{_TOP + 12}">answerable</text>',
        f'<text class="name b" x="{_WIDTH - _RIGHT}" y="{_HEIGHT - _BOTTOM - 6}" text-anchor="end">'
        "unanswerable</text>",
        *(
            f'<text x="{_LEFT - 6}" y="{float(_y(y)) + 4:.1f}" text-anchor="end">{n:,}</text>'
            for y, n in ((1, most), (0.5, 0), (0, most))
        ),
    ]
    words = "; ".join(
        f"{kind}: "
        + ", ".join(f"{count} at {edges[place]:.2f}" for place, count in enumerate(counts) if count)
        for counts, kind in ((up, "answerable"), (down, "unanswerable"))
    )
    return _chart(f"Questions by score. {words}.", drawn, "score", "questions", grid=False)


def threshold_chart(results: Sequence[Result], threshold: float) -> str:
    """What every threshold would do: the share answered, of those the share right, and the share refused."""
    steps = [at_threshold(results, step / _STEPS) for step in range(_STEPS + 1)]
    drawn = [_threshold(threshold)]
    place = 0
    for key, name in (("answered", "a"), ("right", "c"), ("refused", "b")):
        points = [(one.threshold, value) for one in steps if (value := getattr(one, key)) is not None]
        if points:
            x = _LEFT - 4 + 98 * place
            drawn += [
                _line(points, name),
                f'<path class="line {name}" d="M{x} 12h22"/>',
                f'<text class="name {name}" x="{x + 27}" y="16">{key}</text>',
            ]
            place += 1
    now = at_threshold(results, threshold)
    words = ", ".join(
        f"{key} {value:.2f}"
        for key in ("answered", "right", "refused")
        if (value := getattr(now, key)) is not None
    )
    return _chart(f"Shares by threshold; at {threshold:g}: {words}.", drawn, "threshold", "share")


def interval_mark(one: Estimate) -> str:
    """An estimate and its interval on a line from 0 to 1; not read out, for the figures stand beside it."""
    low, high, value = (5 + 110 * min(1.0, max(0.0, number)) for number in (one.low, one.high, one.value))
    return (
        '<svg viewBox="0 0 120 14" aria-hidden="true"><path class="grid" d="M5 7H115"/>'
        f'<path class="rule a" d="M{low:.1f} 7H{high:.1f}M{low:.1f} 3v8M{high:.1f} 3v8"/>'
        f'<circle class="fill a" cx="{value:.1f}" cy="7" r="3.4"/></svg>'
    )


def _chart(words: str, drawn: Sequence[str], across: str, up: str, *, grid: bool = True) -> str:
    ticks = []
    for fifth in range(6):
        share = fifth / 5
        ticks.append(
            f'<text x="{_x(share)}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{share:.1f}</text>'
        )
        if grid:
            ticks.append(
                f'<path class="grid" d="M{_x(0)} {_y(share)}H{_x(1)}"/>'
                f'<text x="{_LEFT - 6}" y="{float(_y(share)) + 4:.1f}" text-anchor="end">{share:.1f}</text>'
            )
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    names = (
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(11 {middle}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{words}">'
        f"{''.join(ticks)}{names}{''.join(drawn)}</svg>"
    )


def _threshold(threshold: float) -> str:
    side = "end" if threshold > 0.7 else "start"
    x = float(_x(threshold)) + (-4 if side == "end" else 4)
    return (
        f'<path class="mark" d="M{_x(threshold)} {_y(0)}V{_y(1)}"/>'
        f'<text x="{x}" y="{_HEIGHT - _BOTTOM - 20}" text-anchor="{side}">threshold</text>'
    )


def _line(points: Sequence[tuple[float, float]], name: str) -> str:
    return f'<path class="line {name}" d="M{"L".join(f"{_x(x)} {_y(y)}" for x, y in points)}"/>'


def _x(share: float) -> str:
    return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(share: float) -> str:
    return f"{_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM):.1f}"
