"""Answers as text for programs: what stands below the sentences."""

from bot.serving.answer_text import AnswerText
from bot.types import Answer, Outcome
from index.types import Query


def test_an_old_record_is_warned_of_below_a_refusal_too() -> None:
    old = "The record was last refreshed 9 days ago, on 3 March 2026."
    refused = Answer(Query("Who?"), Outcome.NOT_ON_RECORD, warning=old)
    assert AnswerText().whole(refused, 1).endswith(f"\n\n{old}")


def test_what_helps_instead_is_said_once() -> None:
    asked = Answer(Query("Who?"), Outcome.NOT_ON_RECORD, hint="Ask for each by itself.")
    assert AnswerText().whole(asked, 1).count("Ask for each by itself.") == 1
