"""Two kinds of score made one, and the best passages chosen without letting one article fill the list."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Passage

Scores = NDArray[np.floating]

# How much a BM25 score weighs beside a cosine, once both are standardised.
LEXICAL_WEIGHT = 1.0


def fuse(dense: Scores, lexical: Scores) -> NDArray[np.float64]:
    """One score a candidate from its cosine and its BM25 score (0 where no word matched); higher is better.

    Each kind is standardised over the candidates (mean 0, deviation 1) and the two are added. On news and on
    encyclopedia paragraphs this beats adding reciprocal ranks, which forgets by how much the first one led.
    """
    return standardised(dense) + LEXICAL_WEIGHT * standardised(lexical)


def standardised(scores: Scores) -> NDArray[np.float64]:
    """Scores as deviations from their mean; all zero where they do not differ."""
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        return values
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


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
