"""What is said of a question that asks for more than quotes."""

import pytest

from bot.hints import hint
from bot.refusals import refusal
from bot.types import Answer, Outcome
from index.types import Query


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("Which lake is deeper, Ormsa or Vinter?", "compare"),
        ("Did more people vote in 2026 than in 2022?", "compare"),
        ("What is the difference between the Team plan and the Business plan?", "compare"),
        ("What was the total revenue of the year?", "add up"),
        ("How many people were hurt in total?", "add up"),
        ("How many times has the club won the cup?", "count"),
        ("Please summarise the article on the dam.", "summarise"),
        ("Can you give me an overview of the strike?", "summarise"),
        ("What have you got on the dam?", "list"),
        ("Tell me about the tram", "list"),
        ("Is there anything on parking?", "list"),
    ],
)
def test_an_operation_that_quotes_cannot_do_is_named(question: str, operation: str) -> None:
    assert f"does not {operation}" in hint(question)


@pytest.mark.parametrize(
    "question",
    [
        "Did more than 40 people vote?",
        "Were more than a million jars recalled?",
        "Which river was closed?",
        "Which players were over thirty?",
        "Which plans are never paid back?",
        "What did the council know about the leak?",
        "What has the mayor got on her desk?",
        "Who won the cup?",
        "Tell me who won the cup.",
        "What does the summary of the report say?",
        "What did the minister say about the dam?",
        "How many people were hurt?",
    ],
)
def test_a_question_that_a_quote_may_answer_gets_no_hint(question: str) -> None:
    assert not hint(question)


def test_the_command_that_helps_holds_the_topic_alone() -> None:
    assert 'search "skarn dam"' in hint("What have you got on the Skarn dam?")
    assert 'search "flood lom"' in hint("Summarise the flood in Lom")
    assert "search WORDS" in hint("Tell me about it")


def test_a_refusal_ends_with_the_hint() -> None:
    silent = Answer(Query("Which?"), Outcome.NOT_ON_RECORD, searched=3, hint=hint("Which is longer?"))
    assert refusal(silent, 3).endswith("ask for each of them by itself.")
