"""Articles cut into chunks: runs of sentences that are embedded and searched as one.

A chunk is embedded together with its article's title, and the embedding model silently drops what is beyond
its window; so title and text are counted together, as the model's own tokenizer counts them.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.embedding.embedder import Embedder
from index.store import PreparedArticle
from index.types import Article, Chunk
from ingest.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, the special ones that the model puts around it included."""

TARGET_TOKENS = 200
SMALLEST_WINDOW = 32
CHARACTERS_PER_TOKEN = 16
"""Characters are counted as a token for each so many at least: tokenizers take any very long word for one."""

_COUNTED_AT_ONCE = 20_000
_OVERLAP = 0.25
_NEAR = 0.6
# From the largest room to the smallest by tenths; two are enough for prose.
_ATTEMPTS = 60
_CLAUSE_ENDS = frozenset(",;:.!?…—–)]}”»、，；：。！？」")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or part of one that is too long; `tokens` are its own, without special ones.

    They are never fewer than its length calls for, so that no chunk grows without bound.
    """

    start: int
    end: int
    tokens: int
    ends_paragraph: bool = False

    @classmethod
    def counted(cls, start: int, end: int, tokens: int) -> "_Unit":
        """A unit of so many tokens, without special ones."""
        return cls(start, end, max(tokens, -(-(end - start) // CHARACTERS_PER_TOKEN)))


def embedded_text(title: str, text: str) -> str:
    """What the embedding model is given for a chunk; `title` as `fitted_title` cut it."""
    return f"{title}\n{text}" if title else text


def fitted_title(title: str, count_tokens: CountTokens, max_tokens: int = 256) -> str:
    """The title as it is embedded: cut, where it is longer, to a quarter of the window."""
    room = max_tokens // 4
    if len(title) * 4 <= room:
        return title
    alone, tokens = count_tokens(["", title])
    while title and tokens - alone > room:
        keep = len(title) * 3 // 4
        title = title[: title.rfind(" ", 0, keep + 1) if " " in title[:keep] else keep].rstrip()
        tokens = count_tokens([title])[0]
    return title


def chunk(
    article: Article,
    count_tokens: CountTokens,
    max_tokens: int = 256,
    target_tokens: int = TARGET_TOKENS,
) -> list[Chunk]:
    """The chunks of an article, in order; the same for the same article, tokenizer and sizes.

    Each has at most `max_tokens` tokens with the title, and about `target_tokens` of its own where the
    article is long enough; every character that is not white space is in one at least. A chunk repeats the
    last sentence of the one before, if that is short. Paragraphs stay whole where that is near the target.

    Raises ValueError for a window under 32 tokens.
    """
    if max_tokens < SMALLEST_WINDOW:
        msg = f"chunks of {max_tokens} tokens are too small to search; use {SMALLEST_WINDOW} or more"
        raise ValueError(msg)
    title = fitted_title(article.title, count_tokens, max_tokens)
    spans = [part for a, b in sentence_spans(article.text) for part in _countable(article.text, a, b)]
    counts = count_tokens(["", embedded_text(title, ""), *(article.text[a:b] for a, b in spans)])
    alone, overhead = counts[0], counts[1]
    room = max_tokens - overhead - 1
    sentences = [_Unit.counted(a, b, n - alone) for (a, b), n in zip(spans, counts[2:], strict=True)]
    for _ in range(_ATTEMPTS):
        units = _fitting(article.text, sentences, room, count_tokens, alone)
        runs = list(_runs(units, room, min(target_tokens, room)))
        tokens = count_tokens([embedded_text(title, article.text[a:b]) for a, b in runs])
        longest = max(tokens, default=0)
        if longest <= max_tokens:
            return [
                Chunk(article.id, article.revision, ordinal, start, end, n)
                for ordinal, ((start, end), n) in enumerate(zip(runs, tokens, strict=True))
            ]
        # Counts of parts do not quite add up to the count of the whole: leave that much more room.
        room = max(1, min(room - (longest - max_tokens), room * max_tokens // longest, room * 9 // 10))
    msg = f"article {article.id} cannot be cut into chunks of {max_tokens} tokens"
    raise ValueError(msg)


def _countable(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence, or parts of one so long that counting its tokens would take a great deal of memory."""
    return _split(text, start, end, -(-(end - start) // _COUNTED_AT_ONCE))


def _fitting(
    text: str, sentences: Sequence[_Unit], room: int, count_tokens: CountTokens, alone: int
) -> list[_Unit]:
    """The sentences with those over `room` tokens split, each knowing whether a paragraph ends after it."""
    units = list(sentences)
    while too_long := [unit for unit in units if unit.tokens > room and unit.end - unit.start > 1]:
        # Cut a tenth smaller than needed at first: parts are only about equal, and a second round costs.
        parts = {
            unit.start: list(_split(text, unit.start, unit.end, max(2, -(-unit.tokens * 10 // (room * 9)))))
            for unit in too_long
        }
        counts = iter(count_tokens([text[a:b] for split in parts.values() for a, b in split]))
        counted = {
            key: [_Unit.counted(a, b, next(counts) - alone) for a, b in split] for key, split in parts.items()
        }
        units = [part for unit in units for part in counted.get(unit.start, [unit])]
    ends = [_paragraph_ends(text, unit, following.start) for unit, following in pairwise(units)]
    return [replace(unit, ends_paragraph=end) for unit, end in zip(units, [*ends, True], strict=False)]


def _paragraph_ends(text: str, unit: _Unit, following: int) -> bool:
    """Whether a blank line follows; not after a heading, which belongs to what it heads."""
    return text.count("\n", unit.end, following) > 1 and not text[unit.end - 1].isalnum()


def _split(text: str, start: int, end: int, pieces: int) -> Iterator[tuple[int, int]]:
    """About `pieces` spans of about one length, cut after clauses, else at white space, else anywhere."""
    while pieces > 1 and end - start > 1:
        length = max(1, (end - start) // pieces)
        cut = _cut(text, start + length - length // 3, min(end - 1, start + length))
        last = start + len(text[start:cut].rstrip())
        if last > start:
            yield start, last
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
        pieces -= 1
    if start < end:
        yield start, end


def _cut(text: str, low: int, high: int) -> int:
    """The best place for a cut in [low, high]: the latest of the best kind; above `low` if it can be."""
    space = 0
    for place in range(high, low, -1):
        if text[place].isspace():
            space = space or place
            if text[place - 1] in _CLAUSE_ENDS:
                return place
    if space:
        return space
    for place in range(high, low, -1):
        if not _joins(text[place]) and not _joins(text[place - 1], after=True):
            return place
    return high


def _joins(character: str, *, after: bool = False) -> bool:
    """Whether a character belongs to the one before it (or, with `after`, to the one after it)."""
    if after:
        return character == "\u200d"
    return character == "\u200d" or unicodedata.category(character).startswith("M")


def _runs(units: Sequence[_Unit], room: int, target: int) -> Iterator[tuple[int, int]]:
    """Spans of the chunks."""
    first = 0
    while first < len(units):
        last = _last_of_run(units, first, room, target)
        yield units[first].start, units[last].end
        if last + 1 == len(units):
            return
        repeated = units[last]
        overlaps = (
            last > first
            and repeated.tokens <= target * _OVERLAP
            and repeated.tokens + units[last + 1].tokens <= room
        )
        first = last if overlaps else last + 1


def _last_of_run(units: Sequence[_Unit], first: int, room: int, target: int) -> int:
    """The unit after which the chunk that starts with `first` ends."""
    total = units[first].tokens
    # A chunk that begins with a repeated sentence must go beyond it, so the first cut is only after `first`.
    full, paragraph = first, None
    distance = float("inf")
    for place in range(first, len(units)):
        if place > first:
            total += units[place].tokens
        if total > room and place > first:
            return full if paragraph is None else paragraph
        if total <= target or place <= first + 1:
            full = place
        if units[place].ends_paragraph and total >= target * _NEAR and abs(total - target) < distance:
            paragraph, distance = place, abs(total - target)
    return len(units) - 1


def prepare(article: Article, embedder: Embedder) -> PreparedArticle:
    """The article with its chunks and what is embedded for each."""
    chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
    title = fitted_title(article.title, embedder.count_tokens, embedder.max_tokens)
    texts = tuple(embedded_text(title, article.text[c.start : c.end]) for c in chunks)
    return PreparedArticle(article, tuple(chunks), texts)
