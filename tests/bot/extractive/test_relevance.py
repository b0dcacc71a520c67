import numpy as np
import pytest

from bot.extractive.candidates import candidates
from bot.extractive.relevance import FEATURES, QuestionFeatures, features
from index.types import Article, Chunk, Passage

FERRY = Article(
    "ferry",
    "The ferry left the quay at nine in the morning. The ferry turned once it had passed the light. "
    "The ferry carried coaches and lorries to the island. A surveyor later examined the propeller in dock.",
    title="A day on the water",
)
PASSAGE = Passage(FERRY, Chunk(FERRY.id, FERRY.revision, 0, 0, len(FERRY.text), 50), 5.0, 0.6, 20.0, 1)


def covered(question: str) -> list[float]:
    """How much of `question` each sentence is said to hold, in the order of the article."""
    found = candidates([PASSAGE])
    rows = features(QuestionFeatures.read(question), found, [PASSAGE], np.zeros(len(found)))
    return [float(share) for share in rows[:, FEATURES.index("its own words")]]


def test_a_word_that_few_sentences_hold_tells_more_than_one_that_most_hold() -> None:
    *ferry, propeller = covered("Did the ferry have a propeller?")
    assert propeller > max(ferry) > 0


def test_a_sentence_that_holds_all_words_of_the_question_covers_it_whole() -> None:
    assert covered("Was the propeller examined?")[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["???", "the", "Zyx?"])
def test_a_question_of_which_no_sentence_tells_anything_is_weighed_all_the_same(question: str) -> None:
    assert all(0 <= share <= 1 for share in covered(question))
