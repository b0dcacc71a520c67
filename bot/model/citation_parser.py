"""The form in which a model writes, read while it streams: sentences that end with their citations.

    Fourteen people were hurt. [1: "14 people were injured"] [3: "fourteen passengers were treated"]

A citation is a passage's number and a verbatim quote. A sentence is complete when its line ends, or when
after its citations something else begins; until then nothing of it leaves this module. How the stream is cut
into pieces makes no difference.
"""

import re
from collections.abc import Iterator

from bot.types import Claim, Draft
from ingest.sentences import sentence_spans

NOT_ON_RECORD = "NOT ON RECORD"

# What may be held back, in characters; a sentence with its citations that is longer is given up.
_LONGEST = 6_000
_HEAD = re.compile(r"\[\s*(?:passage\s*)?(\d{1,6})\s*[:,]?\s*([\"“”„«])", re.IGNORECASE)
_BARE = re.compile(r"\[\s*\d{1,6}(?:\s*,\s*\d{1,6})*\s*\]")
_PART_OF_HEAD = re.compile(r"\[\s*(?:p|pa|pas|pass|passa|passag|passage)?\s*[\d\s,]*:?\s*$", re.IGNORECASE)
_CLOSE = re.compile(r"[\"”“»]\s*\]")
_POINT = re.compile(r"\s*[.,;:!?]")
_DECORATION = re.compile(r"^\s*(?:[-*•>#]+\s+|\d{1,2}[.)]\s+)+|\*\*|__|`+")


class CitationParser:
    """Reads one answer. `feed` it what arrives and `end` it; both give the drafts that became complete."""

    def __init__(self) -> None:
        self._held = ""
        self.refused = False
        """Whether the model said, before any sentence, that the matter is not on record."""
        self._wrote = False

    def feed(self, piece: str) -> Iterator[Draft]:
        """Take the next piece, of any length."""
        # In portions, so that a piece of any size is read in time that grows with its size alone.
        for start in range(0, len(piece), _LONGEST):
            self._held += piece[start : start + _LONGEST].replace("\r\n", "\n").replace("\r", "\n")
            yield from self._complete(last=False)

    def end(self) -> Iterator[Draft]:
        """Take what is left as the last sentence."""
        yield from self._complete(last=True)

    def _complete(self, *, last: bool) -> Iterator[Draft]:
        while True:
            read = _read(self._held, last=last)
            if read is None:
                if len(self._held) <= _LONGEST:
                    return
                # Nobody's sentence is this long: it is withheld as it stands, and reading goes on behind it.
                read = _Parsed(self._held[:_LONGEST], (), _LONGEST)
            self._held = self._held[read.end :]
            yield from self._drafts(read)

    def _drafts(self, read: "_Parsed") -> Iterator[Draft]:
        text = _DECORATION.sub("", read.text).strip()
        if text.strip(" .*").upper() == NOT_ON_RECORD and not read.claims:
            self.refused = self.refused or not self._wrote
            return
        if not text and not read.claims:
            return
        self._wrote = True
        *before, own = _sentences(text) or [""]
        # Citations belong to the sentence that they end; one before it has none.
        for sentence in before:
            yield Draft(sentence, ())
        yield Draft(own, read.claims)


class _Parsed:
    """A sentence with its citations, and where in the buffer it ends."""

    def __init__(self, text: str, claims: tuple[Claim, ...], end: int) -> None:
        self.text = text
        self.claims = claims
        self.end = end


def _read(held: str, *, last: bool) -> _Parsed | None:
    """The first sentence of what is held; None where more must come before that can be told."""
    text: list[str] = []
    claims: list[Claim] = []
    at = 0
    while True:
        stop = _next_stop(held, at)
        between = held[at:stop]
        if claims and between.strip():
            return _ended("".join(text), claims, at, _POINT.match(between))
        text.append(between)
        if stop == len(held):
            done = last and (claims or "".join(text).strip())
            return _Parsed("".join(text), tuple(claims), stop) if done else None
        if held[stop] == "\n":
            if claims:
                return _Parsed("".join(text), tuple(claims), stop + 1)
            ahead = _ahead(held, stop)
            if "".join(text).strip() and ahead != "[":
                # Citations may stand on a line of their own: wait until what follows shows.
                return _Parsed("".join(text), (), stop + 1) if ahead or last else None
            text.append(" ")
            at = stop + 1
            continue
        mark = _mark(held, stop, last=last)
        if mark is None:
            return None
        if mark[0]:
            claims.extend(mark[0])
        elif claims:
            return _Parsed("".join(text), tuple(claims), stop)
        else:
            text.append(held[stop])
        at = mark[1]


def _ended(text: str, claims: list[Claim], at: int, point: re.Match[str] | None) -> _Parsed:
    """A sentence behind whose citations something else begins; a full stop there still belongs to it."""
    text = text.rstrip()
    if point and text[-1:] not in (".", "!", "?"):
        text += point[0].strip()
    return _Parsed(text, tuple(claims), at + (point.end() if point else 0))


def _mark(held: str, at: int, *, last: bool) -> tuple[list[Claim], int] | None:
    """The claims of the mark at `at` and where it ends; none, and one character, where it is no mark.

    None where more must come.
    """
    bare = _BARE.match(held, at)
    if bare:
        return [Claim(int(n), "") for n in re.findall(r"\d+", bare[0])], bare.end()
    head = _HEAD.match(held, at)
    if head:
        close = _CLOSE.search(held, head.end())
        if close:
            return [Claim(int(head[1]), held[head.end() : close.start()])], close.end()
        return ([], at + 1) if last else None
    if not last and len(held) - at < 40 and _PART_OF_HEAD.match(held, at):
        return None
    return [], at + 1


def _next_stop(held: str, at: int) -> int:
    stops = [place for place in (held.find("[", at), held.find("\n", at)) if place >= 0]
    return min(stops, default=len(held))


def _ahead(held: str, at: int) -> str:
    """The first character behind `at` that is no space, or ""."""
    return held[at:].lstrip()[:1]


def _sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentence_spans(text) if text[start:end].strip()]
