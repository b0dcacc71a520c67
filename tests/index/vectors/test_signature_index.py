"""Signs order vectors as cosines do, nearly; and are compared exactly."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.signatures import Row, outlet_hash, sign_bits
from index.embedding.types import Vectors
from index.types import Filter
from index.vectors.signature_index import SignatureIndex


class Stored:
    """Marks of vectors, as a catalog would give them; every fifth is of the Post, every third was updated."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors

    def signatures(self, after: int) -> Sequence[Row]:
        """Those of rows beyond `after`, which begin with 1."""
        return [
            (
                n + 1,
                20260101 + n % 2,
                20270101 * (n % 3 == 0),
                outlet_hash("Wire" if n % 5 else "Post"),
                sign_bits(self.vectors[n]),
            )
            for n in range(max(after, 0), len(self.vectors))
        ]


def test_signs_order_a_large_collection_nearly_as_its_vectors_do() -> None:
    random = np.random.default_rng(7)
    centres = random.standard_normal((200, 384))
    vectors = centres[random.integers(200, size=20_000)] + 1.5 * random.standard_normal((20_000, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    marks = SignatureIndex()

    marks.catch_up(Stored(vectors))
    assert len(marks) == 20_000
    share = []
    for n in range(0, 20_000, 1000):
        question = vectors[n] + 0.05 * random.standard_normal(384).astype(np.float32)
        nearest = 1 + np.argsort(-(vectors @ question))[:10]
        share.append(len(set(nearest.tolist()) & set(marks.nearest_rows(question, 512, Filter()))) / 10)
    assert np.mean(share) > 0.97
    assert all(row % 5 == 1 for row in marks.nearest_rows(vectors[0], 512, Filter(sources=("Post",))))
    assert all(row % 2 == 1 for row in marks.nearest_rows(vectors[0], 512, Filter(until=20260101)))
    assert marks.nearest_rows(vectors[0], 512, Filter(since=20270102)) == []
    assert marks.nearest_rows(vectors[0], 512, Filter(since=20260103, until=20261231)) == []
    assert all(row % 3 == 1 for row in marks.nearest_rows(vectors[0], 512, Filter(since=20260103)))
    assert len(marks.nearest_rows(vectors[0], 512, Filter(since=20260103))) == 512


@given(st.sampled_from([1, 8, 60, 64, 100, 384]), st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_the_rows_found_are_those_whose_signs_differ_least(width: int, seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((50, width)).astype(np.float32)
    question = random.standard_normal(width).astype(np.float32)
    marks, some = SignatureIndex(), Stored(vectors[:20])
    marks.catch_up(some)
    some.vectors = vectors
    marks.catch_up(some)
    differ = ((vectors > 0) != (question > 0)).sum(axis=1)
    found = [row - 1 for row in marks.nearest_rows(question, most, Filter())]
    assert len(set(found)) == len(found) == min(most, 50)
    assert sorted(differ[found]) == sorted(differ)[:most]


def test_of_rows_whose_signs_differ_alike_the_first_by_signs_are_taken_in_any_order() -> None:
    vectors = np.random.default_rng(3).standard_normal((200, 12)).astype(np.float32)
    vectors = vectors[np.unique(vectors > 0, axis=0, return_index=True)[1]]
    found = []
    for order in (slice(None), slice(None, None, -1)):
        marks = SignatureIndex()
        marks.catch_up(Stored(vectors[order]))
        rows = marks.nearest_rows(vectors[0], 30, Filter())
        found.append(sorted(sign_bits(vectors[order][row - 1]) for row in rows))
    assert found[0] == found[1]


def test_an_empty_index_finds_nothing() -> None:
    marks = SignatureIndex()
    marks.catch_up(Stored(np.zeros((0, 8), np.float32)))
    assert (len(marks), marks.nearest_rows(np.ones(8, np.float32), 5, Filter())) == (0, [])
