"""How like a question sentences are, as a whole and word by word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extractive.likeness import Likenesses
from bot.extractive.terms import specific, telling_spans
from index.embedding.embedder import Embedder
from index.embedding.types import TokenVectors
from tests.conftest import WordEmbedder


def likenesses(embedder: Embedder, question: str, *texts: str) -> Likenesses:
    return Likenesses.of(
        telling_spans(question, specific(question)), *embedder.embed_tokens([question, *texts])
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "says_it", "says_less"),
    [
        ("How much does the Skerry boat cost?", "The fare is nine pounds.", "The crew is nine strong."),
        ("Who leads the Skerry museum?", "Its director is Ann Reyes.", "Its architect was Ann Reyes."),
        ("When does the Skerry pool shut?", "It closes at nine.", "It was built by nine men."),
    ],
)
def test_a_word_may_be_said_by_another(model: Embedder, question: str, says_it: str, says_less: str) -> None:
    one, other = likenesses(model, question, says_it, says_less).words
    assert one > other + 0.05


def test_words_that_a_text_says_count_and_those_that_it_leaves_out_do_not(words: WordEmbedder) -> None:
    found = likenesses(
        words, "ferry harbour", "The ferry left.", "The ferry left the harbour.", "Snow fell."
    ).words
    assert found[1] > 0.95
    assert found[1] > found[0] > found[2]


def test_the_names_in_a_question_do_not_count(words: WordEmbedder) -> None:
    named, said = likenesses(words, "Who designed Calder Bridge?", "Calder Bridge", "designed").words
    assert said > 0.95
    assert named < 0.6


def test_nothing_is_like_before_anything_is_embedded() -> None:
    none = Likenesses.none(2)
    assert none.whole.tolist() == none.words.tolist() == [0, 0]


def test_a_model_without_tokens_compares_the_whole(words: WordEmbedder) -> None:
    texts = ["Who sank?", "The ferry sank.", "Snow fell."]
    vectors = words.embed(texts)
    found = Likenesses.of(
        ((0, 3), (4, 8)), vectors, [TokenVectors.whole(*one) for one in zip(vectors, texts, strict=True)]
    )
    assert np.allclose(found.words, found.whole, atol=1e-2)


@given(st.text(max_size=40), st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_question_is_compared_with_any_texts(question: str, texts: list[str]) -> None:
    found = likenesses(WordEmbedder(), question, *texts)
    assert found.words.shape == found.whole.shape == (len(texts),)
    assert np.all(np.abs(found.words) <= 1 + 1e-2)
