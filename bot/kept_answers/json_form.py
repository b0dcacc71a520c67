"""Findings and questions that wait, as JSON: the form that other programs read."""

from datetime import UTC, datetime
from typing import Any

from bot.kept_answers.types import Finding, KeptAnswer


def kept_json(kept: KeptAnswer) -> dict[str, Any]:
    """A question that was kept, with the limits that it was asked within."""
    query = kept.query
    return {
        "id": kept.id,
        "question": query.text,
        "since": str(query.since or ""),
        "until": str(query.until or ""),
        "sources": list(query.sources),
        "asked": _moment(kept.at),
    }


def finding_json(finding: Finding, kept: KeptAnswer) -> dict[str, Any]:
    """What became of an answer: the article that says so, the old and the new sentence."""
    return {
        **kept_json(kept),
        "kind": finding.kind.value,
        "found": _moment(finding.at),
        "old": finding.old,
        "new": finding.new,
        "note": finding.note,
        "article": dict(finding.about),
        **({"answer": finding.answer} if finding.answer else {}),
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
