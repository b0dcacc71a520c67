"""Hybrid search: passages near in meaning (embeddings) or sharing words (BM25), fused and ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from index.catalog.dated_sample import dated_sample
from index.catalog.snapshot import Snapshot
from index.embedding.embedder import Embedder, Rerank
from index.errors import RecordUnreadable, UsageError
from index.query.full_text import essential_expression, match_expression, phrase_expression
from index.query.time_intent import asks_for_the_first, recency
from index.query.wording import asking_part
from index.search.diversity import collapse, diversify
from index.search.event_dating import SAMPLE, follows_events
from index.search.fusion import RERANKED, add_coverage, fuse
from index.search.outlets import outlets_named
from index.search.recency import age, since_the_first
from index.search.term_coverage import best_sentence_coverage, word_weights
from index.types import Article, Filter, Passage, Query
from index.vectors.nearest import VectorIndex, cosines
from index.words import stem, words

DEFAULT_K = 8
MAX_QUESTION = 2_000
# How many candidates each side brings; more changes nothing but the time.
_POOL = 60
_PER_ARTICLE = 3


def search(
    snapshot: Snapshot,
    nearest: VectorIndex | None,
    embedder: Embedder,
    query: Query,
    k: int,
    rerank: Rerank | None = None,
) -> list[Passage]:
    """The `k` best passages, best first, or fewer. Raises UsageError for what cannot be asked.

    `rerank` gives the order among the best, where there is one.
    """
    check_question(query.text)
    only = filter_of(snapshot, query)
    if nearest is None:
        return []
    frequencies = _Frequencies(snapshot, query.sought)
    candidates = _candidates(snapshot, nearest, embedder, query, only, max(_POOL, 3 * k), frequencies)
    if not candidates:
        return []
    ranked = _ranked(candidates, _scores(snapshot, query, candidates), query, frequencies)
    considered = ranked[: max(_POOL, k)]
    stories = snapshot.stories([passage.article.id for passage in considered])
    single = collapse(considered, max(k, RERANKED), stories)
    if rerank is not None:
        single = _reranked(single, query.sought, rerank)
    chosen = diversify(single, k, _PER_ARTICLE)
    for passage in chosen:
        _check(passage)
    exact = snapshot.copies_of_several([passage.article for passage in chosen])
    return [_with_copies(passage, exact).ranked(rank) for rank, passage in enumerate(chosen, start=1)]


def _scores(snapshot: Snapshot, query: Query, candidates: Sequence[Passage]) -> NDArray[np.float64]:
    """What each candidate's meaning, words, place in its article and age come to."""
    today = query.now or datetime.now().astimezone().date()
    kinds = (
        np.array([passage.dense for passage in candidates]),
        np.array([passage.lexical for passage in candidates]),
        np.array([passage.chunk.ordinal for passage in candidates]),
    )
    ages = np.array([age(passage, today) for passage in candidates])
    # The background in a mail ("see you on Monday") says nothing of the time that is asked about.
    asked = asking_part(query.text)
    if asks_for_the_first(asked):
        ages = since_the_first(ages, fuse(*kinds))
    stated = np.array([passage.article.latest_day is not None for passage in candidates])
    weight = recency(asked, today, follows_events(dated_sample(snapshot, SAMPLE)))
    return fuse(*kinds, ages, weight, stated)


def _ranked(
    candidates: Sequence[Passage], scores: NDArray[np.float64], query: Query, frequencies: "_Frequencies"
) -> list[Passage]:
    """The candidates, best first, once it counts how much of the question one sentence of the best holds."""
    best = np.argsort(-scores, kind="stable")[:RERANKED]
    weights = word_weights(query.sought, frequencies, frequencies.total)
    held = np.array([best_sentence_coverage(weights, candidates[place].text) for place in best])
    scores[best] = add_coverage(scores[best], held)
    order = np.argsort(-scores, kind="stable")
    return [candidates[place].scored(float(scores[place])) for place in order]


def _check(passage: Passage) -> None:
    """Raises RecordUnreadable for an article that is not what was stored: nobody must be shown its words."""
    if passage.article.revision != passage.chunk.revision:
        msg = (
            f"The article {passage.article.id} is damaged: it is not what was stored. Restore a backup, or "
            f"run `onrecord articles remove {passage.article.id}` and ingest it again."
        )
        raise RecordUnreadable(msg)


def _with_copies(passage: Passage, exact: Mapping[str, Sequence[Article]]) -> Passage:
    own = exact.get(passage.article.id)
    return replace(passage, copies=(*passage.copies, *own)) if own else passage


def _reranked(passages: list[Passage], question: str, rerank: Rerank) -> list[Passage]:
    best, rest = passages[:RERANKED], passages[RERANKED:]
    order = np.argsort(-rerank(question, [passage.text for passage in best]), kind="stable")
    return [*(best[place] for place in order), *rest]


class _Frequencies:
    """In how many chunks a word stands, in any of its forms; looked up once, a question's words together."""

    def __init__(self, snapshot: Snapshot, question: str) -> None:
        self._frequencies = snapshot.full_text.document_frequencies
        self._known = self._frequencies(dict.fromkeys(map(stem, words(question))))
        self.total = snapshot.count()[1]

    def __call__(self, word: str) -> int:
        term = stem(word)
        if term not in self._known:
            self._known |= self._frequencies([term])
        return self._known[term]


def _candidates(
    snapshot: Snapshot,
    nearest: VectorIndex,
    embedder: Embedder,
    query: Query,
    only: Filter,
    pool: int,
    frequencies: _Frequencies,
) -> list[Passage]:
    """What is near in meaning or shares words, with both scores, in the order of their ids."""
    expression = match_expression(query.sought, frequencies, frequencies.total)
    essential = essential_expression(query.sought, frequencies, frequencies.total)
    if expression and query.phrases:
        # What must stand in a passage leaves few enough by itself.
        essential = " AND ".join(map(phrase_expression, query.phrases))
        expression = f"({expression}) AND {essential}"
    vector = embedder.embed_query(query.sought)
    dense = nearest.search(snapshot, vector, pool, only)
    lexical = (
        snapshot.full_text.bm25_scores(expression, essential, list(dense), pool, only) if expression else {}
    )
    # What one side found, the other scores too: a missing score is not a zero.
    dense.update(cosines(snapshot.vectors([row for row in lexical if row not in dense]), vector))
    for phrase in query.phrases:
        standing = snapshot.full_text.matching(phrase_expression(phrase), list(dense))
        dense = {row: cosine for row, cosine in dense.items() if row in standing}
    found = snapshot.passages(list(dense))
    passages = [
        Passage(*found[row], score=0.0, dense=dense[row], lexical=lexical.get(row, 0.0)) for row in found
    ]
    return sorted(passages, key=lambda passage: passage.chunk.id)


def check_question(text: str) -> None:
    """Raises UsageError for a question that is empty, too long to be one, or no text."""
    if not text.strip():
        msg = "The question is empty; write what you want to know."
        raise UsageError(msg)
    if not any(map(str.isalnum, text)):
        msg = "The question has no word in it; write what you want to know."
        raise UsageError(msg)
    if len(text) > MAX_QUESTION:
        msg = f"The question is {len(text):,} characters long; ask in at most {MAX_QUESTION:,}."
        raise UsageError(msg)
    if any("\ud800" <= character <= "\udfff" for character in text):
        msg = "The question holds bytes that are no text; write it in UTF-8."
        raise UsageError(msg)


def filter_of(snapshot: Snapshot, query: Query) -> Filter:
    """What a query's days and outlets let through. Raises UsageError for what cannot be."""
    if query.since and query.until and query.since > query.until:
        msg = f"Nothing lies between {query.since} and {query.until}: the first day is after the last."
        raise UsageError(msg)
    return Filter(_day(query.since), _day(query.until), _sources(snapshot, query.sources))


def _sources(snapshot: Snapshot, wanted: Sequence[str]) -> tuple[str, ...]:
    """The outlets as they are written in the record."""
    if not wanted:
        return ()
    return outlets_named([source for source, _ in snapshot.sources() if source], wanted)


def _day(day: date | None) -> int:
    return int(day.strftime("%Y%m%d")) if day else 0
