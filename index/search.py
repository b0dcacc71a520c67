"""A query to passages: near in meaning, or sharing words, fused, and not all from one article."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from index.embed import Embedder
from index.errors import UsageError
from index.fusion import diversify, fuse
from index.query import match_expression
from index.snapshot import Snapshot
from index.types import Passage, Query
from index.vectors import Filter, Generation
from index.words import stem

DEFAULT_K = 8
MAX_QUESTION = 2_000
# How many candidates each side brings; more changes nothing but the time.
_POOL = 60
_TITLE_WEIGHT, _TEXT_WEIGHT = 1.0, 1.0
_PER_ARTICLE = 3


def search(
    snapshot: Snapshot, generation: Generation | None, embedder: Embedder, query: Query, k: int
) -> list[Passage]:
    """The `k` best passages, best first, or fewer. Raises UsageError for what cannot be asked."""
    check_question(query.text)
    only = _filter(snapshot, query)
    if generation is None:
        return []
    pool = max(_POOL, 3 * k)
    weights = _TITLE_WEIGHT, _TEXT_WEIGHT
    expression = match_expression(
        query.text, lambda word: snapshot.document_frequency(stem(word)), snapshot.count()[1]
    )
    vector = embedder.embed_query(query.text)

    near = generation.query(vector, pool, only)
    rows = snapshot.rows([id_ for id_, _ in near])
    dense = {rows[id_]: cosine for id_, cosine in near if id_ in rows}
    lexical = dict(snapshot.match(expression, pool, only, weights)) if expression else {}
    # What one side found, the other scores too: a missing score is not a zero.
    for row, stored in snapshot.vectors([row for row in lexical if row not in dense]).items():
        dense[row] = float(stored @ vector)
    if expression:
        lexical.update(snapshot.match_rows(expression, [row for row in dense if row not in lexical], weights))

    candidates = sorted(dense)
    found = snapshot.passages(candidates)
    candidates = [row for row in candidates if row in found]
    if not candidates:
        return []
    scores = fuse(
        np.array([dense[row] for row in candidates]),
        np.array([lexical.get(row, 0.0) for row in candidates]),
    )
    passages = [
        Passage(*found[row], score=float(score), dense=dense[row], lexical=lexical.get(row, 0.0))
        for row, score in zip(candidates, scores, strict=True)
    ]
    passages.sort(key=lambda p: (-p.score, p.chunk.id))
    best = diversify(passages, k, _PER_ARTICLE)
    return [passage.ranked(rank) for rank, passage in enumerate(best, start=1)]


def check_question(text: str) -> None:
    """Raises UsageError for a question that is empty or too long to be one."""
    if not text.strip():
        msg = "The question is empty; write what you want to know."
        raise UsageError(msg)
    if len(text) > MAX_QUESTION:
        msg = f"The question is {len(text):,} characters long; ask in at most {MAX_QUESTION:,}."
        raise UsageError(msg)


def _filter(snapshot: Snapshot, query: Query) -> Filter:
    if query.since and query.until and query.since > query.until:
        msg = f"Nothing lies between {query.since} and {query.until}: the first day is after the last."
        raise UsageError(msg)
    return Filter(_day(query.since), _day(query.until), _sources(snapshot, query.sources))


def _sources(snapshot: Snapshot, wanted: Sequence[str]) -> tuple[str, ...]:
    """The outlets as they are written in the record."""
    if not wanted:
        return ()
    known = [source for source, _ in snapshot.sources() if source]
    found: list[str] = []
    for name in wanted:
        same = [source for source in known if source.casefold() == name.strip().casefold()]
        if not same:
            shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
            msg = f"No article comes from {name!r}; on record are: {shown or 'no outlets at all'}."
            raise UsageError(msg)
        found.extend(same)
    return tuple(found)


def _day(day: date | None) -> int:
    return int(day.strftime("%Y%m%d")) if day else 0
