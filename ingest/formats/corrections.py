"""Corrections, editor's notes and retractions: what a publisher says of an article, in the article."""

import re
from dataclasses import replace

from index.types import Article, Status

_PIECE = r"(?:article|story|report|post|page|paper|column|review)"
# What may stand before a note, but no opening quotation mark: what is quoted is not said of this article.
_START = r"^[^\w\"'“”„«‘’]*"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "june?", "july?", "aug", "sept?", "oct", "nov", "dec"]
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*"
# Between a label and its colon: nothing, or when the note was written.
_WHEN = rf"(?:[\s,(|]+(?:{_MONTH}|\d[\d.:/-]*(?:st|nd|rd|th)?|[ap]\.?m|on|at|appended|added|issued|[A-Z]{{2,4}}T)\b\.?)*\)?"  # noqa: E501
_COLON = r"\s*(?::|\s[–—-]\s|[–—]\s?(?=[A-Z]))"
_LABEL = rf"{_START}(?:%s)\b{_WHEN}{_COLON}"
_NOTES = r"(?:editor|editors|editor['’]s|editors['’])\s+notes?|editorial note|note to readers|a note to (?:our )?readers"  # noqa: E501
# "Editor's note", "Update, 4 March" and the like, before a sentence that says what was done.
_OPENING = rf"(?:{_START}(?:{_NOTES}|note|updated?|{_MONTH}|\d[\w.:/-]*)\b{_WHEN}{_COLON}|{_START})\s*[(\[]?"
# Where and when it was first printed is no correction.
_NOT_FIRST_PRINTED = r"(?! (?:\w+ )?(?:ran|appeared|aired|was (?:\w+ )?(?:published|printed|posted))\b)"
_CORRECTION = re.compile(
    _LABEL
    % r"corrections?|corrected|clarifications?|clarified|amendments?|amended|errat(?:um|a)|for the record"
    + rf"|{_OPENING}(?:an? |the |in an? )?(?:earlier|previous|original|first) version of (?:this|the) {_PIECE}\b{_NOT_FIRST_PRINTED}"  # noqa: E501
    + rf"|{_OPENING}this {_PIECE}(?:['’]s \w+)? (?:has been|was|is) (?:\w+ )?(?:corrected|amended|clarified)\b"  # noqa: E501
    + rf"|{_OPENING}this {_PIECE} (?:originally|previously|incorrectly) (?:said|stated|reported|misstated)\b",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    _LABEL % r"retract(?:ed|ion)"
    + rf"|{_OPENING}this {_PIECE} (?:has been|was|is) (?:\w+ )?(?:retracted|withdrawn)\b"
    + rf"|{_OPENING}this {_PIECE} (?:has been|was) removed(?:\.|$| (?:because|pending|following|after|at the request)\b)"  # noqa: E501
    + rf"|{_OPENING}we (?:have )?(?:retracted|withdrawn) this {_PIECE}\b",
    re.IGNORECASE,
)
_NOTE = re.compile(rf"{_START}(?:{_NOTES})\b\W", re.IGNORECASE)
_LONGEST = 1_200
_HEAD, _TAIL = 3, 6


def with_corrections(article: Article) -> Article:
    """The article with what its text says of itself as its status and note, where none is stated.

    A text without a correction or retraction stays as it is, and so does one whose pages are known: their
    places are counted in it.
    """
    if article.note or article.pages or article.status is Status.WITHDRAWN:
        return article
    text, status, note = split_corrections(article.text)
    if status is Status.CURRENT:
        return article
    return replace(article, text=text, status=status, note=note)


def split_corrections(text: str) -> tuple[str, Status, str]:
    """The text without its publisher's notes, the status that they give it, and the notes.

    They stand near the beginning or the end, and begin as newsrooms begin them: with a label and a colon, or
    with a sentence about this article. A sentence of the same kind elsewhere is about something
    else. A text that is nothing but notes stays whole.
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
