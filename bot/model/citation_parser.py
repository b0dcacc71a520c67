"""What a model writes, read while it streams: sentences with their citations.

    Fourteen people were hurt. [1.2] [3: "fourteen passengers were treated"]

A sentence is complete when its line ends, or when after its citations another one begins; until then nothing
of it leaves this module. How the stream is cut into pieces makes no difference.
"""

import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder

from bot.model.citation_marks import read_mark
from bot.types import Claim, Draft
from ingest.sentences import sentence_spans

# What may be held back, in characters; a sentence with its citations that is longer is given up.
_LONGEST = 6_000
_REFUSAL = re.compile(r"\W*not on (?:the )?record\b", re.IGNORECASE)
_THOUGHT = "</think>"
_THINKS = "<think"
_POINT = re.compile(r"\s*[.,;:!?]")
_GOES_ON = re.compile(r"\s*,?\s*[a-z]")
_DECORATION = re.compile(r"^\s*(?:[-*•>#]+\s+|\d{1,2}[.)]\s+)+|\*\*|__|`+")

# "The answer is California.": small models say so; what it is follows.
_LEAD_IN = re.compile(
    r"^(?i:(?:the )?answer(?: to (?:the|this|your) question)?(?: is:?|:))\s+(?=[A-Z\d$£€\"“])"
)


class CitationParser:
    """Reads one answer. `feed` it what arrives and `end` it; both give the drafts that became complete."""

    def __init__(self) -> None:
        self._held = ""
        # A line's end of two characters may come in two pieces.
        self._lines = IncrementalNewlineDecoder(None, translate=True)
        self.refused = False
        """Whether the model said, before any sentence, that the matter is not on record."""
        self.thinking = False
        """Whether what arrives are thoughts, of which nothing is kept."""
        self._began = False
        self._wrote = False

    def feed(self, piece: str) -> Iterator[Draft]:
        """Take the next piece, of any length."""
        # In portions, so that a piece of any size is read in time that grows with its size alone.
        for start in range(0, len(piece), _LONGEST):
            self._held += self._lines.decode(piece[start : start + _LONGEST])
            if self._answering():
                yield from self._complete(last=False)

    def end(self) -> Iterator[Draft]:
        """Take what is left as the last sentence."""
        self._held += self._lines.decode("", final=True)
        if not self.thinking:
            yield from self._complete(last=True)

    def _answering(self) -> bool:
        """Whether the answer has begun; thoughts before it are dropped."""
        if _THOUGHT in self._held and not self._wrote:
            self._held = self._held.rpartition(_THOUGHT)[2]
            self._began, self.thinking = True, False
        if self._began:
            return True
        begins = self._held.lstrip()[: len(_THINKS)].lower()
        if begins == _THINKS:
            self.thinking = True
            self._held = _THINKS + self._held[-len(_THOUGHT) :]
            return False
        self._began = not _THINKS.startswith(begins)
        return self._began

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
        text = _LEAD_IN.sub("", _DECORATION.sub("", read.text).strip())
        if not text and not read.claims:
            return
        if _REFUSAL.match(text):
            # Its reasons, in the same line, are no answer.
            self.refused = self.refused or not self._wrote
            return
        self._wrote = True
        sentences = _sentences(text) or [""]
        # Citations belong to the sentence that they end, or begin; others have none.
        cited = 0 if read.leads else len(sentences) - 1
        for place, sentence in enumerate(sentences):
            yield Draft(sentence, read.claims if place == cited else ())


class _Parsed:
    """A sentence with its citations, where in the buffer it ends, and whether they stood before it."""

    def __init__(self, text: str, claims: tuple[Claim, ...], end: int, *, leads: bool = False) -> None:
        self.text = text
        self.claims = claims
        self.end = end
        self.leads = leads


def _read(held: str, *, last: bool) -> _Parsed | None:  # noqa: C901 (one scan, told in order)
    """The first sentence of what is held; None where more must come before that can be told."""
    text: list[str] = []
    claims: list[Claim] = []
    leads = False
    at = 0
    while True:
        stop = _next_stop(held, at)
        between = held[at:stop]
        if claims and between.strip() and not "".join(text).strip():
            # "[1.2] The pier is closed.": citations before their sentence.
            leads = True
        elif claims and between.strip():
            if between.strip() == "," and stop == len(held) and not last:
                return None
            if not _inside_sentence(text, between):
                return _ended("".join(text), claims, at, _POINT.match(between), leads=leads)
            if stop == len(held) and not last:
                return None
            text[-1] = text[-1].rstrip()
        text.append(between)
        if stop == len(held):
            done = last and (claims or "".join(text).strip())
            return _Parsed("".join(text), tuple(claims), stop, leads=leads) if done else None
        if held[stop] == "\n":
            ahead = _ahead(held, stop)
            if claims or ("".join(text).strip() and ahead != "["):
                # Citations may stand on a line of their own: wait until what follows shows.
                sure = claims or ahead or last
                return _Parsed("".join(text), tuple(claims), stop + 1, leads=leads) if sure else None
            text.append(" ")
            at = stop + 1
            continue
        mark = read_mark(held, stop, last=last)
        if mark is None:
            return None
        if mark[0]:
            claims.extend(mark[0])
        elif claims and held[stop] == "[":
            return _Parsed("".join(text), tuple(claims), stop, leads=leads)
        else:
            text.append(held[stop])
        at = mark[1]


def _inside_sentence(text: list[str], between: str) -> bool:
    """Whether a sentence goes on behind citations that stand in its midst."""
    return "".join(text).rstrip()[-1:] not in (".", "!", "?", "”", '"', "") and bool(_GOES_ON.match(between))


def _ended(text: str, claims: list[Claim], at: int, point: re.Match[str] | None, *, leads: bool) -> _Parsed:
    """A sentence behind whose citations something else begins; a full stop there still belongs to it."""
    text = text.rstrip()
    if point and text[-1:] not in (".", "!", "?"):
        text += point[0].strip()
    return _Parsed(text, tuple(claims), at + (point.end() if point else 0), leads=leads)


def _next_stop(held: str, at: int) -> int:
    stops = [place for place in (held.find(one, at) for one in "[(\n") if place >= 0]
    return min(stops, default=len(held))


def _ahead(held: str, at: int) -> str:
    """The first character behind `at` that is no space, or ""."""
    return held[at:].lstrip()[:1]


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    ended = -1
    for start, end in sentence_spans(text):
        # Sentences stand apart: "Meta Platforms META.O was sued" is one.
        if start == ended or (found and text[start].islower()):
            found[-1] += text[ended:end]
        else:
            found.append(text[start:end])
        ended = end
    return found
