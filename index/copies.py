"""Near-copies: one agency's story in several outlets is one account, and takes one place in a list."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.types import Passage
from index.words import words

# Words in a row that are compared, and the share of the shorter passage's that two copies have in common.
_RUN = 4
_COPIED = 0.8
# The same within one story: where every tenth word was changed, .9^4 = .66 of the runs are left on average.
_RETOLD = 0.4


def collapse(passages: Iterable[Passage], k: int, stories: Mapping[str, str] = {}) -> list[Passage]:
    """The first `k` passages that are no copies of earlier ones, each with the articles that copy it.

    Only passages of different articles are copies; two of one article may well overlap. Passages of articles
    that are known to tell one `story` (by article id) need to have less in common.
    """
    kept: list[Passage] = []
    runs: list[frozenset[tuple[str, ...]]] = []
    for passage in passages:
        own = _runs(passage.text)
        copied = next(
            (
                place
                for place, other in enumerate(kept)
                if other.article.id != passage.article.id
                and _alike(own, runs[place], _share(stories, passage.article.id, other.article.id))
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


def _share(stories: Mapping[str, str], one: str, other: str) -> float:
    return _RETOLD if one in stories and stories[one] == stories.get(other) else _COPIED


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]], share: float) -> bool:
    least = min(len(one), len(other))
    return least > 0 and len(one & other) >= share * least


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of words; a text shorter than one is a run by itself."""
    spoken = words(text)
    return frozenset(tuple(spoken[n : n + _RUN]) for n in range(max(1, len(spoken) - _RUN + 1)) if spoken)
