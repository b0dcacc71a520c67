"""What is said where nothing answers."""

import pytest

from bot.asides import aside
from bot.refusals import refusal, withdrawn
from bot.types import Answer, Outcome
from index.types import Article, Query, Status


def silent(**given: object) -> Answer:
    return Answer(Query("Who?"), Outcome.NOT_ON_RECORD, **given)  # type: ignore[arg-type]


def test_a_refusal_says_how_many_articles_were_searched_and_under_which_limits() -> None:
    assert refusal(silent(searched=6, read="by Valley Voice"), 27).endswith(
        "in the 6 articles by Valley Voice."
    )
    assert refusal(silent(searched=27, read="by Valley Voice", relaxed=True), 27).endswith(
        "in the 27 articles, after those by Valley Voice."
    )
    assert "no article published or updated since 1 January 2027" in refusal(
        silent(searched=0, read="published or updated since 1 January 2027"), 27
    )
    assert "onrecord ingest" in refusal(silent(searched=0), 0)


def test_a_withdrawn_article_is_told_of_with_its_note() -> None:
    gone = Article("w", "x", "Four dead", "Harbour Live", status=Status.WITHDRAWN, note="Nobody died.")
    told = withdrawn(silent(withdrawn=gone))
    assert told == "An article on this, “Four dead” (Harbour Live), was withdrawn. Nobody died."
    assert withdrawn(silent()) == ""


@pytest.mark.parametrize("text", ["hi", "How many articles do you have?", "List all outlets.", "thanks!"])
def test_what_no_article_can_answer_gets_a_word_and_no_search(text: str) -> None:
    assert aside(text)


@pytest.mark.parametrize(
    "text",
    [
        "How many stories does the tower have?",
        "Which sources of light are safe?",
        "Who left?",
        "And how many?",
        "How much?",
    ],
)
def test_a_question_of_the_same_words_on_the_world_is_searched_for(text: str) -> None:
    assert not aside(text)
