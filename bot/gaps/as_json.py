"""Gaps as JSON. People are counted and never named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.gaps.gaps import Gap
from bot.json_output import article_json


def gaps_json(gaps: Sequence[Gap], since: datetime) -> dict[str, Any]:
    """The gaps, in the order in which they are shown."""
    return {"since": _moment(since), "gaps": [_gap(gap) for gap in gaps]}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "question": gap.question,
        "count": gap.count,
        "refused": gap.refused,
        "badly_rated": gap.badly_rated,
        "people": len(gap.people),
        "first": _moment(gap.first),
        "last": _moment(gap.last),
        "nearest": _nearest(gap),
        "answered_since": gap.answered_since.isoformat() if gap.answered_since else None,
    }


def _nearest(gap: Gap) -> dict[str, Any] | None:
    if gap.nearest is None:
        return None
    about = article_json(gap.nearest, with_text=False)
    return {key: about[key] for key in ("id", "title", "source", "url", "published")}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
