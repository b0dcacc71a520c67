"""Diversity of results: near-duplicates of one story take one place, and no article fills the list."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from index.search.accounts import says_another_thing
from index.types import Passage
from index.words import words

# Words in a row that are compared, and the share of the shorter passage's that two copies have in common.
_RUN = 4
_COPIED = 0.8
# The same within one story: where every tenth word was changed, .9^4 = .66 of the runs are left on average.
_RETOLD = 0.4
# Runs that begin with a long word, in letters, are a fifth of all, the same ones in every copy: so many are
# enough. What has fewer is compared by every run.
_LONG, _ENOUGH = 7, 12
# Accounts of one story that are kept apart: as many as an answer shows.
_ACCOUNTS = 3

Run = tuple[str, ...]


def collapse(passages: Iterable[Passage], k: int, stories: Mapping[str, str] = {}) -> list[Passage]:
    """The first `k` passages that are not near-duplicates of earlier ones, each with those that copy it.

    Only passages of different articles are copies; two of one article may well overlap. Passages of articles
    that are known to tell one `story` (by article id) need to have less in common. A near-copy of another
    outlet that gives another name or number is an account of its own, and stands beside what it differs from.
    """
    kept: list[Passage] = []
    sizes: list[int] = []
    # By run: the places of those kept that hold it. Most runs of a passage are nobody else's.
    holders: dict[Run, list[int]] = {}
    for passage in passages:
        own = _runs(passage.text)
        common = Counter(place for run in own if run in holders for place in holders[run])
        alike = [
            place
            for place in sorted(common)
            if kept[place].article.id != passage.article.id
            and common[place]
            >= _share(stories, passage.article.id, kept[place].article.id) * min(len(own), sizes[place])
        ]
        same = (place for place in alike if not _differs(passage, kept[place]))
        copied = next(same, None)
        if copied is None and len(alike) >= _ACCOUNTS:
            copied = alike[0]
        if copied is not None:
            other = kept[copied]
            if passage.article not in other.copies:
                kept[copied] = replace(other, copies=(*other.copies, passage.article))
        elif len(kept) < k:
            for run in own:
                holders.setdefault(run, []).append(len(kept))
            kept.append(passage)
            sizes.append(len(own))
    return kept


def _differs(one: Passage, other: Passage) -> bool:
    apart = one.article.source != other.article.source
    return apart and says_another_thing(one.text, other.text)


def _share(stories: Mapping[str, str], one: str, other: str) -> float:
    return _RETOLD if one in stories and stories[one] == stories.get(other) else _COPIED


def _runs(text: str) -> frozenset[Run]:
    """Runs of words that tell the text from others; a text shorter than one is a run by itself."""
    spoken = words(text)
    if len(spoken) < _RUN:
        return frozenset([tuple(spoken)] if spoken else [])
    starts = range(len(spoken) - _RUN + 1)
    some = frozenset(tuple(spoken[n : n + _RUN]) for n in starts if len(spoken[n]) >= _LONG)
    return some if len(some) >= _ENOUGH else frozenset(tuple(spoken[n : n + _RUN]) for n in starts)


def diversify(passages: Sequence[Passage], k: int, per_article: int) -> list[Passage]:
    """The first `k` of `passages`, in their order, with at most `per_article` of one article.

    Where that leaves fewer than `k`, the passed-over ones follow: a collection of one article still fills a
    list.
    """
    taken: Counter[str] = Counter()
    chosen: list[Passage] = []
    passed_over: list[Passage] = []
    for passage in passages:
        room = taken[passage.article.id] < per_article
        taken[passage.article.id] += room
        (chosen if room else passed_over).append(passage)
    return (chosen + passed_over)[:k]
