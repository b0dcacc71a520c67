"""What became of a quote in the article as it is now: still there, changed, corrected, withdrawn or gone.

The old text is not needed: what was quoted is kept with the whole sentences that it stands in. White space,
and the kind of quotation marks and dashes, make no difference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from bot.json_output import article_reference
from bot.kept_answers.types import Finding, KeptQuote, Kind
from bot.types import Citation
from index.types import Article, Status
from ingest.sentences import sentence_spans

_AROUND = 16
# Below this share of common words, the nearest sentence of the new text is another sentence.
_NEAR = 0.4
_ALIKE = (("'", "'‘’‚‛′ʼ`"), ('"', '"“”„‟″«»'), ("-", "-‐‑‒–—―−"))
_CLASSES = {ord(one): f"[{re.escape(every)}]" for _, every in _ALIKE for one in every}
# The end of a sentence, or of nothing.
_ENDS = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$|^\s*$")


@dataclass(frozen=True, slots=True)
class Checked:
    """The quote as it stands now, and what is to be said of it, if anything."""

    quote: KeptQuote
    finding: Finding | None = None


def kept_quote(citation: Citation) -> KeptQuote:
    """What is kept of a citation whose article has its text."""
    quote = citation.quote
    article, text = quote.article, quote.article.text
    spans = _spans_around(text, quote.start, quote.end)
    first, last = spans[0][0], spans[-1][1]
    return KeptQuote(
        citation.n, article.id, article.revision, quote.start, quote.end, quote.text,
        tuple(text[start:end] for start, end in spans),
        _line_before(text, first), _line_after(text, last),
        article.status.value, article.note, article_reference(article),
    )  # fmt: skip


def check_quote(kept_id: str, quote: KeptQuote, article: Article | None) -> Checked:
    """What became of a quote; `article` is its article as it is now, None where it is no longer on record."""
    if article is None:
        seen = replace(quote, revision="")
        return Checked(seen, Finding(kept_id, Kind.GONE, quote.about or {}, quote.text, n=quote.n))
    seen = replace(
        quote, revision=article.revision, status=article.status.value, note=article.note,
        about=article_reference(article),
    )  # fmt: skip
    told = Finding(kept_id, Kind.CHANGED, seen.about or {}, quote.text, note=article.note, n=quote.n)
    if article.status is Status.WITHDRAWN:
        was = quote.status == Status.WITHDRAWN
        return Checked(seen, None if was else replace(told, kind=Kind.WITHDRAWN))
    found = _find(quote, article.text)
    if found is None:
        old, new = _side_by_side(quote, article.text)
        return Checked(seen, replace(told, old=old, new=new))
    start, end = found
    stands = replace(seen, start=start, end=end, text=article.text[start:end])
    corrected = article.status is Status.CORRECTED and (seen.status, seen.note) != (quote.status, quote.note)
    return Checked(stands, replace(told, kind=Kind.CORRECTED) if corrected else None)


def _find(quote: KeptQuote, text: str) -> tuple[int, int] | None:
    """Where the quote stands, in the same whole sentences: the place nearest to where it stood."""
    whole = r"\s+".join(map(_pattern, quote.sentences))
    places = [
        match.span()
        for match in re.finditer(whole, text)
        if _bounded(quote, text, *match.span())
    ]  # fmt: skip
    if not places:
        return None
    start, end = min(places, key=lambda place: abs(place[0] - quote.start))
    inner = re.search(_pattern(quote.text), text[start:end])
    return (start + inner.start(), start + inner.end()) if inner else None


def _bounded(quote: KeptQuote, text: str, start: int, end: int) -> bool:
    """Whether nothing was put before or after the sentences that makes them part of a longer one."""
    before, after = _line_before(text, start), _line_after(text, end)
    begins = before == quote.before or bool(_ENDS.search(before))
    ended = bool(_ENDS.search(text[max(start, end - 4) : end])) and after[:1].isspace()
    ends = after == quote.after or not after.strip() or (ended and not after.lstrip()[0].islower())
    if begins and ends:
        return True
    # What stands around it changed too, and ends in no full stop (a list, a table).
    first, last = text.rfind("\n\n", 0, start) + 1, text.find("\n\n", end)
    spans = sentence_spans(text[first : len(text) if last < 0 else last])
    return any(first + one == start for one, _ in spans) and any(first + one == end for _, one in spans)


def _side_by_side(quote: KeptQuote, text: str) -> tuple[str, str]:
    """The sentence that changed, and the nearest one of the new text; "" where none is near."""
    missing = [one for one in quote.sentences if not re.search(_pattern(one), text)]
    old = missing[0] if missing else " ".join(quote.sentences)
    words = old.split()
    best, nearest = _NEAR, ""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words)
    for start, end in sentence_spans(text):
        matcher.set_seq1(text[start:end].split())
        # The quick bounds first: most sentences have nothing in common.
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
            best, nearest = matcher.ratio(), text[start:end]
    return " ".join(words), " ".join(nearest.split())


def _pattern(text: str) -> str:
    """A regular expression for the text with any white space, quotation marks and dashes."""
    return r"\s+".join(
        "".join(_CLASSES.get(ord(one), re.escape(one)) for one in word) for word in text.split()
    )


def _spans_around(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """The whole sentences that a span of the text stands in."""
    spans = [span for span in sentence_spans(text) if span[0] < end and start < span[1]]
    return spans or [(start, end)]


def _line_before(text: str, start: int) -> str:
    """The last characters of the line before `start`; a line that is full goes on in the next."""
    return text[max(0, start - _AROUND, text.rfind("\n\n", 0, start) + 1) : start]


def _line_after(text: str, end: int) -> str:
    """The first characters after `end`, up to the end of its paragraph."""
    stop = text.find("\n\n", end)
    return text[end : min(end + _AROUND, len(text) if stop < 0 else stop)]
