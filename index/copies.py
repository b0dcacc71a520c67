"""Near-copies: one agency's story in several outlets is one account, and takes one place in a list."""

from collections.abc import Iterable
from dataclasses import replace

from index.types import Passage
from index.words import words

# Words in a row that are compared, and the share of the shorter passage's that two copies have in common.
_RUN = 4
_COPIED = 0.8


def collapse(passages: Iterable[Passage], k: int) -> list[Passage]:
    """The first `k` passages that are no copies of earlier ones, each with the articles that copy it.

    Only passages of different articles are copies; two of one article may well overlap.
    """
    kept: list[Passage] = []
    runs: list[frozenset[tuple[str, ...]]] = []
    for passage in passages:
        own = _runs(passage.text)
        copied = next(
            (
                place
                for place, other in enumerate(kept)
                if other.article.id != passage.article.id and _alike(own, runs[place])
            ),
            None,
        )
        if copied is not None:
            other = kept[copied]
            if passage.article not in other.copies:
                kept[copied] = replace(other, copies=(*other.copies, passage.article))
        elif len(kept) < k:
            kept.append(passage)
            runs.append(own)
    return kept


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    least = min(len(one), len(other))
    return least > 0 and len(one & other) >= _COPIED * least


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of words; a text shorter than one is a run by itself."""
    spoken = words(text)
    return frozenset(tuple(spoken[n : n + _RUN]) for n in range(max(1, len(spoken) - _RUN + 1)) if spoken)
