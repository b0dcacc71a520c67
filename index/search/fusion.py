"""Score fusion: several scores of a passage made one; and reciprocal rank fusion of several searches.

The weights below were chosen on RealTime QA news of 2022-23 (231 questions, 1,500 articles) and on half of
SQuAD 2.0 dev (2,910 questions, 646 paragraphs), each in coarse steps where the figures are flat.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.search.recency import Scores, closeness
from index.types import Passage

# How much a BM25 score weighs beside a cosine, once both are standardised.
LEXICAL_WEIGHT = 1.0
# News says first what it is about: what the first chunk of an article gains; the n-th gains an n-th of it.
LEAD_WEIGHT = 1.5
# How many of the best are read for how much of the question one sentence holds, and what all of it is worth.
RERANKED = 20
COVERAGE_WEIGHT = 2.0
# The usual constant of reciprocal-rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009).
_RANK_CONSTANT = 60


def fuse(
    dense: Scores,
    lexical: Scores,
    ordinals: Scores | None = None,
    ages: Scores | None = None,
    recency: float = 0.0,
    stated: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """One score a candidate; higher is better. All arrays have one number a candidate.

    `dense` are cosines and `lexical` BM25 scores (0 where no word matched). Each kind is standardised over
    the candidates and the two are added; that beats adding reciprocal ranks, which forgets by how much the
    first one led. `ordinals` are the chunks' places in their articles, from 0. `ages` are days between
    publication and "now", NaN where unknown, weighed by `recency` (see `time_intent.recency`); `stated` says
    which of them the article states (see `closeness`).
    """
    scores = z_scores(dense) + LEXICAL_WEIGHT * z_scores(lexical)
    if ordinals is not None:
        scores = scores + LEAD_WEIGHT / (1.0 + np.asarray(ordinals, dtype=np.float64))
    if ages is not None and recency:
        scores = scores + recency * closeness(ages, stated)
    return scores


def add_coverage(scores: Scores, coverage: Scores) -> NDArray[np.float64]:
    """Scores of the best `RERANKED` candidates with what their best sentence covers (0 to 1) counted in."""
    return np.asarray(scores, dtype=np.float64) + COVERAGE_WEIGHT * np.asarray(coverage, dtype=np.float64)


def z_scores(scores: Scores) -> NDArray[np.float64]:
    """Scores as deviations from their mean; all zero where they do not differ."""
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        return values
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def reciprocal_rank_fusion(*searches: Sequence[Passage]) -> list[Passage]:
    """What several searches found as one list, best first: reciprocal ranks added, each chunk once.

    For searches whose scores do not compare, being of different questions. A passage keeps the scores of the
    last search that found it.
    """
    found: dict[str, Passage] = {}
    shares: dict[str, float] = {}
    for search in searches:
        for place, passage in enumerate(search, 1):
            found[passage.chunk.id] = passage
            shares[passage.chunk.id] = shares.get(passage.chunk.id, 0.0) + 1 / (_RANK_CONSTANT + place)
    best = sorted(found, key=lambda id_: -shares[id_])
    return [found[id_].ranked(rank) for rank, id_ in enumerate(best, 1)]
