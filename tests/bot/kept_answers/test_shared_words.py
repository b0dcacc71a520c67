"""The share of a question's words that each new chunk holds, for many questions at once."""

import math

import numpy as np
import pytest

from bot.kept_answers.shared_words import SharedWords
from index.catalog.lookups import days_after, last_row
from index.store import Index
from index.types import Article
from tests.conftest import put

OLD = Article("old", "The ferry left the harbour.")
NEW = Article("new", "Two ferries struck the pier."), Article("fog", "Fog lay over the harbour.")


def test_a_share_counts_each_word_in_any_form_and_no_unknown_word(index: Index) -> None:
    put(index, OLD)
    with index.catalog.read() as snapshot:
        row = last_row(snapshot)
    put(index, *NEW)
    with index.catalog.read() as snapshot:
        columns = {one: place for place, one in enumerate(sorted(days_after(snapshot, row)))}
        questions = ["Which ferry struck the lighthouse?", "What of the fog in the harbour?", "Who is she?"]
        shares = SharedWords(snapshot, row, columns, questions)
        found = shares(slice(0, 3))
        assert np.array_equal(shares(slice(1, 3)), found[1:])
    assert found == pytest.approx(np.array([[1, 0], [0, 1], [0, 0]]))


def test_a_share_weighs_words_by_inverse_document_frequency(index: Index) -> None:
    put(index, OLD)
    put(index, *NEW)
    with index.catalog.read() as snapshot:
        columns = {one: place for place, one in enumerate(sorted(days_after(snapshot, 0)))}
        found = SharedWords(snapshot, 0, columns, ["Was the fog before the ferry?"])(slice(0, 1))
    ferry, fog = (math.log(1 + (3 - n + 0.5) / (n + 0.5)) for n in (2, 1))
    wanted = [ferry / (ferry + fog), ferry / (ferry + fog), fog / (ferry + fog)]
    assert found[0] == pytest.approx(wanted, rel=1e-6)


def test_thousands_of_questions_weigh_their_words_as_one_does(index: Index) -> None:
    put(index, OLD, *NEW)
    with index.catalog.read() as snapshot:
        columns = {one: place for place, one in enumerate(sorted(days_after(snapshot, 0)))}
        alone = SharedWords(snapshot, 0, columns, ["Did the ferry strike the pier?"])(slice(0, 1))
        many = ["Did the ferry strike the pier?", *(f"word{n}" for n in range(1_000))]
        assert np.array_equal(SharedWords(snapshot, 0, columns, many)(slice(0, 1)), alone)
