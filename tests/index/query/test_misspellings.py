"""Mistyped words of a question, and those that only look so; over both engines."""

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.types import Outcome
from index.catalog.vocabulary import Vocabulary
from index.embedding.embedder import Embedder
from index.query.misspellings import respelled
from index.store import Index
from index.types import Query
from tests.conftest import article, put

TEXT = (
    "The council will compensate passengers, says Ottla Achterberg. Passengers of the ferry wrote in August."
)


@pytest.mark.parametrize(
    ("asked", "sought"),
    [
        ("Will pasengers be paid?", "Will passengers be paid?"),
        ("will the councel pay passangers", "will the council pay passengers"),
        ("who runs the fery", "who runs the ferry"),
        ("what did achtenberg say", "what did Achterberg say"),
        ("Who compansates them?", "Who compensates them?"),
        ("What did Mrs Achterburg say?", "What did Mrs Achterberg say?"),
        # The capital of a first word says nothing.
        ("Pasengers wrote when?", "passengers wrote when?"),
        ("Achterburg wrote when?", "Achterberg wrote when?"),
    ],
)
def test_a_word_that_no_article_has_becomes_the_one_that_is_spelled_nearly_so(
    index: Index, asked: str, sought: str
) -> None:
    put(index, article("a", TEXT.replace("compensate", "say who compensates")))
    with index.catalog.read() as snapshot:
        assert respelled(asked, lambda _: False, Vocabulary(snapshot)) == sought


@pytest.mark.parametrize(
    "asked",
    [
        "Are ferries late?",
        "What is a messenger?",
        "What did Mrs Achtenburg say?",
        "What does CONCIL stand for?",
        'Who said "pasengers"?',
        "Is there a bassenger?",
        "Does passenger@councel.example answer?",
        "Who is Augustin?",
        "Who is Otla?",
    ],
    ids=[
        "in another form",
        "a word of a dictionary",
        "a name two letters away",
        "capitals",
        "quoted",
        "another first letter",
        "an address",
        "too far",
        "a short name",
    ],
)
def test_what_may_be_meant_so_is_left_as_it_is(index: Index, asked: str) -> None:
    put(index, article("a", TEXT))
    with index.catalog.read() as snapshot:
        assert respelled(asked, lambda _: False, Vocabulary(snapshot)) == asked


def test_what_the_embedder_knows_as_a_word_is_no_mistake(index: Index) -> None:
    put(index, article("a", TEXT))
    with index.catalog.read() as snapshot:
        assert respelled("passangers", lambda _: True, Vocabulary(snapshot)) == "passangers"


def test_a_mistyped_question_is_answered_and_says_how_it_was_read(index: Index, model: Embedder) -> None:
    Index.create(home := index.home / "real")
    with Index(home, model) as real:
        put(real, article("a", "The ferry struck the pier. Fourteen passengers were injured in the crash."))
        flow = AnswerFlow(real, ExtractiveWriter(model.embed_tokens), 0.5)
        answer = flow.invoke("How many pasengers were injuerd in the crahs?")
        assert answer.sentences[0].text.endswith("Fourteen passengers were injured in the crash.")
        assert answer.standalone == "How many passengers were injured in the crash?"
        kept = flow.invoke(Query("How many pasengers were injuerd in the crahs?", literally=True))
        assert kept.standalone == ""
        refused = flow.invoke("When will Wellington's opera singers, no pasengers, tour Japan?")
        assert (refused.outcome, refused.standalone) == (Outcome.NOT_ON_RECORD, "")
