"""Corrections, editor's notes and retractions: what a publisher says of an article, in the article."""

import re

from index.types import Status

_PIECE = r"(?:article|story|report|post|page|paper)"
_CORRECTION = re.compile(
    r"^\W*(?:corrections?|corrected|clarifications?|amendments?|errat(?:um|a)|for the record)\b"
    r"[^.!?]{0,40}?[:—–-]"
    r"|^\W*(?:correction|clarification|corrected)\b[^.!?]{0,60}\b(?:19|20)\d\d\b"
    rf"|\b(?:earlier|previous|original) version of this {_PIECE}\b"
    rf"|\bthis {_PIECE}(?:'s \w+)? (?:has been|was|is) (?:\w+ )?(?:corrected|amended|clarified)\b"
    rf"|\bthis {_PIECE} (?:originally|previously|incorrectly) (?:said|stated|reported|misstated)\b",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"^\W*retract(?:ed|ion)\b[^.!?]{0,40}?[:—–-]"
    rf"|\bthis {_PIECE} (?:has been|was|is) (?:\w+ )?(?:retracted|withdrawn|removed)\b"
    rf"|\bwe (?:have )?(?:retracted|withdrawn) this {_PIECE}\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^\W*(?:editor['’]?s?['’]? notes?|editorial note|note to readers)\b\W", re.IGNORECASE)
_LONGEST = 1_200
_HEAD, _TAIL = 3, 6


def split_corrections(text: str) -> tuple[str, Status, str]:
    """The text without its publisher's notes, the status that they give it, and the notes.

    They stand near the beginning or the end; a sentence of the same kind in the midst of a text is about
    something else. A text that is nothing but notes stays whole.
    """
    blocks = text.split("\n\n")
    kept, notes, status = [], [], Status.CURRENT
    for place, block in enumerate(blocks):
        edge = place < _HEAD or place >= len(blocks) - _TAIL
        kind = _kind(block) if edge and len(block) <= _LONGEST else None
        if kind is None:
            kept.append(block)
            continue
        notes.append(block)
        if kind is Status.WITHDRAWN or status is Status.CURRENT:
            status = kind
    if not notes:
        return text, Status.CURRENT, ""
    return ("\n\n".join(kept) if kept else text), status, "\n\n".join(notes)


def _kind(block: str) -> Status | None:
    """What a note makes of its article; None for what is no note."""
    if _RETRACTION.search(block):
        return Status.WITHDRAWN
    if _CORRECTION.search(block):
        return Status.CORRECTED
    return Status.CURRENT if _NOTE.search(block) else None
