from datetime import date

import pytest

from bot.extractive.candidates import candidates
from bot.extractive.likeness import Likenesses
from bot.extractive.relevance import FEATURES, QuestionFeatures, features
from index.types import Article, Chunk, Passage, Query

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
    rows = features(QuestionFeatures.read(question), found, [PASSAGE], Likenesses.none(len(found)))
    return [float(share) for share in rows[:, FEATURES.index("its own words")]]


def test_a_word_that_few_sentences_hold_tells_more_than_one_that_most_hold() -> None:
    *ferry, propeller = covered("Did the ferry have a propeller?")
    assert propeller > max(ferry) > 0


def test_a_sentence_that_holds_all_words_of_the_question_covers_it_whole() -> None:
    assert covered("Was the propeller examined?")[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["???", "the", "Zyx?"])
def test_a_question_of_which_no_sentence_tells_anything_is_weighed_all_the_same(question: str) -> None:
    assert all(0 <= share <= 1 for share in covered(question))


def passage_of(article: Article) -> Passage:
    chunk = Chunk(article.id, article.revision, 0, 0, len(article.text), 50)
    return Passage(article, chunk, 5.0, 0.6, 20.0, 1)


def rows_of(article: Article, query: Query) -> dict[str, dict[str, float]]:
    """The features of each sentence of `article`, by its text."""
    passage = passage_of(article)
    found = candidates([passage])
    rows = features(QuestionFeatures.of(query, found), found, [passage], Likenesses.none(len(found)))
    return {
        c.text: dict(zip(FEATURES, row.tolist(), strict=True)) for c, row in zip(found, rows, strict=True)
    }


def test_who_is_named_in_full_is_named_by_the_last_name_too() -> None:
    article = Article("a", "Second is Ann Reyes of Port Hale. Reyes said that the sea was calm.")
    rows = rows_of(article, Query("What did Ann Reyes say?"))
    assert rows["Reyes said that the sea was calm."]["its own words"] == pytest.approx(1.0)
    other = rows_of(Article("b", "Bo Reyes said that the sea was calm."), Query("What did Ann Reyes say?"))
    assert other["Bo Reyes said that the sea was calm."]["its own words"] < 1.0


def test_a_cell_under_a_word_of_the_question_is_what_is_asked_for() -> None:
    table = Article("t", "Valid from 1 May.\n\nFare | Foot | Car\nAdult | 6.20 | 24.50\nChild | 3.10 | 9.00")
    rows = rows_of(table, Query("How much does a child with a car pay?"))
    assert rows["Child | 3.10 | 9.00"]["kind of answer"] == 1.0
    assert rows_of(table, Query("How much does a child pay?"))["Child | 3.10 | 9.00"]["kind of answer"] == 0.0


def test_another_cell_of_a_row_does_not_say_the_opposite() -> None:
    table = Article("t", "Day | Pool | Sauna\nMonday | closed | 9 to 12\nFriday | 8 to 20 | closed")
    rows = rows_of(table, Query("When is the pool open on Friday?"))
    assert rows["Friday | 8 to 20 | closed"]["says the opposite"] == 0.0


def test_what_happened_in_a_month_is_told_by_how_an_article_begins() -> None:
    narrowed = Query(
        "What happened in May?", since=date(2026, 5, 1), until=date(2026, 5, 31), topic="What happened?"
    )
    rows = list(rows_of(FERRY, narrowed).values())
    assert [row["kind of answer"] for row in rows] == [1.0, 0.0, 0.0, 0.0]
    assert rows_of(FERRY, Query("What happened?")).popitem()[1]["kind of answer"] == 0.0


def test_a_question_for_the_newest_version_is_about_that() -> None:
    articles = (
        Article("a", "Reports can be printed.", title="Gull 2.9"),
        Article("b", "Projects can be put in folders.", title="Gull 2.10"),
    )
    found = candidates([passage_of(article) for article in articles])
    asked = QuestionFeatures.of(Query("What is new in the latest version of Gull?"), found)
    assert [asked.held(c.context) >= {"2.10"} for c in found] == [False, True]


def test_what_was_refused_answers_whether_it_was_accepted() -> None:
    article = Article("a", "The town refused the boats. The boats are red.")
    rows = rows_of(article, Query("Did the town accept the boats?"))
    assert rows["The town refused the boats."]["its own words"] == pytest.approx(1.0)
    other = rows_of(article, Query("Who accepted the boats?"))
    assert other["The town refused the boats."]["its own words"] < 1.0
