"""Which kept questions the new chunks of a refresh touch: cheap, so that all of them can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.kept_answers.shared_words import SharedWords
from bot.kept_answers.types import KeptAnswer, Touched
from index.catalog.lookups import days_after
from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import vectors_of

# The cosine of question and chunk, and the share of the question's words that it holds, together. Chosen on
# every second question of the news quiz: of the others, 99 in a hundred reach it in an article that answers
# them, and 8 in a hundred in one of any ten other articles.
_TOUCHES = 0.8
# So many chunks are read before the record is asked, and so many pairs of question and chunk are compared
# at once.
_MOST_READ, _MOST_SCORES = 2, 1_000_000


@dataclass(frozen=True, slots=True)
class Compared:
    """A kept question with its vector, and the day (20260312) of the article that answers it first.

    The day is None while it waits, and 0 where that is undated: nothing is later.
    """

    kept: KeptAnswer
    vector: NDArray[np.float32]
    day: int | None


def touched(snapshot: Snapshot, row: int, asked: Sequence[Compared]) -> list[Touched]:
    """The questions that chunks beyond `row` are near to, or hold the words of.

    An answer can be superseded by a later article only, so that others do not touch it.
    """
    days = days_after(snapshot, row)
    vectors = snapshot.vectors(list(days))
    rows = np.array(sorted(vectors), np.int64)
    if not len(rows):
        return []
    chunks = vectors_of(vectors[int(one)] for one in rows)
    day = np.array([days[int(one)] for one in rows])
    after = np.array([-1 if one.day is None else one.day or np.inf for one in asked])
    # Nothing that came is later than what answers most of them.
    asked = [one for one, newest in zip(asked, after, strict=True) if newest < day.max()]
    after = after[after < day.max()]
    if not asked:
        return []
    columns = {int(one): place for place, one in enumerate(rows)}
    shares = SharedWords(snapshot, row, columns, [one.kept.query.text for one in asked])
    found: list[Touched] = []
    at_once = max(1, _MOST_SCORES // len(rows))
    for at in range(0, len(asked), at_once):
        some = asked[at : at + at_once]
        scores = np.stack([one.vector for one in some]) @ chunks.T
        scores += shares(slice(at, at + at_once))
        scores[day <= after[at : at + at_once, None]] = 0.0
        for place in np.flatnonzero(scores.max(axis=1) >= _TOUCHES):
            own = scores[place]
            touching = np.flatnonzero(own >= _TOUCHES)
            best = touching[np.argsort(-own[touching], kind="stable")[:_MOST_READ]]
            found.append(Touched(some[place].kept.id, float(own[best[0]]), row, tuple(rows[best].tolist())))
    return found
