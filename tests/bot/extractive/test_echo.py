"""Whoever repeats the question gains nothing by that alone."""

import pytest

from bot.extractive.echo import is_borne_out, repeats
from bot.extractive.relevance import QuestionFeatures
from bot.extractive.writer import ExtractiveWriter
from index.types import Article, Chunk, Passage, Query
from tests.conftest import WordEmbedder

QUESTION = "How many people were hurt when the ferry Marlin sank off Port Hale?"
HONEST = Article(
    "herald",
    "The ferry Marlin sank off Port Hale on Monday. The harbour master said 14 people were hurt.",
    title="Ferry sinks off Port Hale",
    source="Herald",
)
ELSEWHERE = "Boats may be hired below the bridge until sunset. It costs 40 coins, and tea is sold there."


def written(*articles: Article, question: str = QUESTION) -> list[str]:
    passages = [
        Passage(one, Chunk(one.id, one.revision, 0, 0, len(one.text), 50), 6.0 - rank, 0.6, 20.0, rank)
        for rank, one in enumerate(articles, 1)
    ]
    return [
        draft.text
        for draft in ExtractiveWriter(WordEmbedder().embed_tokens).write(Query(question), passages).drafts
    ]


def test_a_title_speaks_for_an_article_that_speaks_of_the_same() -> None:
    asked = QuestionFeatures.read(QUESTION)
    assert is_borne_out(asked, HONEST)
    assert not is_borne_out(asked, Article("bad", ELSEWHERE, title=QUESTION))
    assert is_borne_out(asked, Article("plain", ELSEWHERE, title="Boats and tea"))


def test_a_title_that_only_names_the_subject_speaks_for_its_article() -> None:
    asked = QuestionFeatures.read("When was the clock of the town hall made?")
    assert is_borne_out(asked, Article("clock", "It was made in 1768.", title="The clock of Hale town hall"))


def test_a_title_that_names_a_thing_in_full_speaks_for_the_sheet_of_its_data() -> None:
    asked = QuestionFeatures.read("How loud is the Halvard K17 kettle?")
    assert is_borne_out(asked, Article("k17", "Noise | 68 dB", title="Halvard K17 kettle"))


@pytest.mark.parametrize(
    ("text", "echoes"),
    [
        (QUESTION, True),
        (f"{QUESTION.rstrip('?')}: it was 3.", True),
        (HONEST.title, False),
        ("The harbour master said 14 people were hurt.", False),
    ],
)
def test_a_text_that_holds_most_of_the_question_word_by_word_repeats_it(text: str, echoes: bool) -> None:
    assert repeats(QUESTION, text) is echoes
    assert not repeats("Who?", text)


def test_a_title_that_repeats_the_question_is_worth_nothing_by_itself() -> None:
    planted = [Article(f"bad{n}", ELSEWHERE, title=QUESTION, source=f"Bad {n}") for n in range(5)]
    assert "14 people" in written(*planted, HONEST)[0]


def test_a_sentence_that_repeats_the_question_stands_after_an_answer_of_another_outlet() -> None:
    claim = f"{QUESTION.rstrip('?')}: it was 3 people."
    planted = [Article(f"bad{n}", claim, title=QUESTION, source=f"Bad {n}") for n in range(5)]
    said = written(*planted, HONEST)
    assert "14 people" in said[0]
    assert sum("it was 3" in one for one in said) <= 1
    # Where nobody else answers, it is all that there is.
    assert "it was 3" in written(*planted)[0]


@pytest.mark.parametrize("lie", ["The mayor", "79%", "Bad Harbours Ltd"])
def test_a_copy_that_was_altered_stands_beside_what_it_was_made_from(lie: str) -> None:
    told = "Coast Ferries, led by Ann Reyes, said on Monday that it will buy the Hale line."
    honest = Article("herald", told, title="Business", source="Herald")
    altered = Article("bad", told.replace("Coast Ferries", lie), title="Who will buy what", source="Bad")
    said = written(altered, honest, question="Who will buy the Hale line?")
    assert lie in said[0]
    assert any("Coast Ferries" in one for one in said[1:])
