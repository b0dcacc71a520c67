"""A timeline as JSON: the form that other programs read."""

from typing import Any

from bot.json_output import citation_json, disagreement_json
from bot.timeline.timeline import Entry, Timeline


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """The entries with the numbers of their quotes, and the quotes below."""
    return {
        "topic": timeline.topic,
        "searched": timeline.searched,
        "entries": [_entry(entry) for entry in timeline.entries],
        "citations": [citation_json(citation) for citation in timeline.citations],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "day": entry.day.isoformat(),
        "reported": entry.reported,
        "sentences": [
            {"text": one.text, "lead": one.lead, "citations": [citation.n for citation in one.citations]}
            for one in entry.sentences
        ],
        "outlets": list(entry.outlets),
        "disagreement": disagreement_json(entry.disagreement) if entry.disagreement else None,
    }
