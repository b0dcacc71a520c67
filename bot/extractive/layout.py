"""What a sentence stands under: the heading, question, table header or lead-in that says what it is about.

Stored text is plain: a heading is a line that no mark ends, a row has bars between its cells, an item begins
with a bullet or a number. What can be told from that is told; the rest are sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from bot.verbs import looks_past
from index.words import words
from ingest.sentences import sentence_spans

Span = tuple[int, int]

_ITEM = re.compile(r"(?:[-*+•·▪◦‣●○]|\(?(?P<number>[0-9]{1,3})[.)])\s")
ROW_BAR = " | "
_ENDED = re.compile(r"[.!?…:;,][\"'”’)\]]*$")
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")
_LONGEST_HEADING = 100
# What a paragraph begins with and is about: "Returns. Send it back", "Returns: send it back".
_RUN_IN = re.compile(r"[^\W_][^\s.:]*(?: [^\s.:]+){0,3}(?:\.$|:)")
# A name and perhaps where it lives, below a letter: "Yours, Ann Reyes", "Ann Reyes, Quay Road 8".
_SIGNATURE = re.compile(
    r"(?:[A-Z][\w'’-]+,\s+)?[A-Z][\w.'’-]*(?: (?:[a-z]{2,3} )?[A-Z][\w.'’-]*){1,3}(?:, [^.!?]{1,40})?"
)


class Kind(Enum):
    """What a piece of text is."""

    SENTENCE = auto()
    HEADING = auto()
    QUESTION = auto()
    LEAD_IN = auto()
    HEADER = auto()
    ROW = auto()
    ITEM = auto()
    STEP = auto()
    SIGNATURE = auto()


_LISTED = (Kind.LEAD_IN, Kind.ITEM, Kind.STEP)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, an item or a row, and what it stands under.

    `paragraph` counts from 0 and `place` counts pieces. `under` are the spans of the heading, the question,
    the lead-in or the header that say what it is about, outermost first. `whole` is the span of the list that
    an item is in, with its lead-in, or of the paragraph that answers a question.
    """

    start: int
    end: int
    kind: Kind
    paragraph: int
    place: int
    under: tuple[Span, ...] = ()
    whole: Span | None = None


@lru_cache(maxsize=256)
def pieces(text: str, offset: int = 0) -> tuple[Piece, ...]:
    """The pieces of `text` in order; `offset` is added to every place in it."""

    def moved(span: Span) -> Span:
        return span[0] + offset, span[1] + offset

    lines = _lines(text)
    kinds = [_kind(text, lines, number) for number in range(len(lines))]
    found: list[Piece] = []
    heading: Span | None = None
    question: Span | None = None
    number = 0
    while number < len(lines):
        line, kind = lines[number], kinds[number]
        over = tuple(span for span in (heading, question) if span)
        end = _run_end(kinds, number)
        if kind is Kind.HEADING:
            heading, question, over = line.span, None, ()
        elif kind is Kind.QUESTION:
            question, over = line.span, over[:1] if heading else ()
        lead = (line.span,) if kind in (Kind.HEADER, Kind.LEAD_IN) else ()
        whole = moved((line.first, lines[end - 1].last)) if kind in _LISTED else None
        if question and kind is Kind.SENTENCE:
            whole = moved(line.span)
        for at in range(number, end):
            under = (*over, *lead) if at > number else over
            split = kinds[at] is Kind.SENTENCE
            spans = lines[at].sentences if split else (lines[at].span,)
            head = _run_in(text, spans) if split and not question else ()
            for span in spans:
                heads = tuple(map(moved, under))
                found.append(Piece(*moved(span), kinds[at], lines[at].paragraph, len(found), heads, whole))
                under, head = (*under, *head), ()
        number = end
    return tuple(found)


def _run_in(text: str, sentences: Sequence[Span]) -> tuple[Span, ...]:
    match = _RUN_IN.match(text, *sentences[0])
    # "Nobody died." says something by itself.
    return (match.span(),) if match and not any(map(looks_past, words(match[0]))) else ()


@dataclass(frozen=True, slots=True)
class _Line:
    """Sentences that stand on a line of their own, or in a paragraph; `paragraph` counts from 0."""

    sentences: tuple[Span, ...]
    paragraph: int

    @property
    def span(self) -> Span:
        return self.first, self.last

    @property
    def first(self) -> int:
        return self.sentences[0][0]

    @property
    def last(self) -> int:
        return self.sentences[-1][1]


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    run: list[Span] = []
    paragraph = 0
    for span in sentence_spans(text):
        if run:
            between = text[run[-1][1] : span[0]]
            item = _ITEM.match(text, run[0][0]) or _ITEM.match(text, span[0])
            breaks = between.count("\n")
            if breaks > 1 or (breaks and (item or ROW_BAR in text[span[0] : span[1]] or _stands(text, run))):
                lines.append(_Line(tuple(run), paragraph))
                run = []
                paragraph += breaks > 1
        run.append(span)
    if run:
        lines.append(_Line(tuple(run), paragraph))
    return lines


def _stands(text: str, run: Sequence[Span]) -> bool:
    """Whether a line that is over is one by itself: a row, a heading, a question or a lead-in."""
    said = text[run[0][0] : run[-1][1]]
    return len(run) == 1 and (ROW_BAR in said or said.endswith(("?", ":")) or not _ENDED.search(said))


def _kind(text: str, lines: Sequence[_Line], number: int) -> Kind:
    line = lines[number]
    said = text[line.first : line.last]
    follows = number + 1 < len(lines)
    after = text[lines[number + 1].first : lines[number + 1].last] if follows else ""
    before = text[lines[number - 1].first : lines[number - 1].last] if number else ""
    if (
        follows
        and len(line.sentences) == 1
        and _QUESTION.search(said)
        and not said.startswith(('"', "“", "”"))
    ):
        return Kind.QUESTION
    heads = follows and len(line.sentences) == 1 and len(said) <= _LONGEST_HEADING and not _ENDED.search(said)
    if item := _ITEM.match(said):
        # A numbered line by itself, as in minutes, is no step.
        alone = heads and not _ITEM.match(before) and not _ITEM.match(after)
        return Kind.HEADING if item["number"] and alone else Kind.STEP if item["number"] else Kind.ITEM
    if ROW_BAR in said and len(line.sentences) == 1:
        together = number and ROW_BAR in before and lines[number - 1].paragraph == line.paragraph
        return Kind.ROW if together or ROW_BAR not in after else Kind.HEADER
    if not follows and number and _SIGNATURE.fullmatch(said):
        return Kind.SIGNATURE
    if follows and said.endswith(":") and len(line.sentences) == 1:
        return Kind.LEAD_IN
    return Kind.HEADING if heads else Kind.SENTENCE


def _run_end(kinds: Sequence[Kind], first: int) -> int:
    """Where the run ends that begins at `first`: rows, items, or what a lead-in leads in to."""
    end = first + 1
    if kinds[first] is Kind.HEADER:
        wanted: tuple[Kind, ...] = (Kind.ROW,)
    elif kinds[first] in _LISTED:
        wanted = (Kind.ITEM, Kind.STEP)
        if kinds[first] is Kind.LEAD_IN and kinds[end] is Kind.SENTENCE:
            return end + 1
    else:
        return end
    while end < len(kinds) and kinds[end] in wanted:
        end += 1
    return end
