"""Follow-ups: what leans on the conversation gets what it leans on; what stands by itself is left alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import leans, standalone
from bot.threads import Turn
from bot.types import Outcome


def turn(asked: str, answered: str = "") -> Turn:
    return Turn(asked, asked, asked, answered, Outcome.ANSWERED, datetime.now(UTC))


TALK = (turn("Why did Sheinbaum refuse the troops?", "She called it a matter of sovereignty."),)


@pytest.mark.parametrize(
    "question",
    [
        "And what did she say about it in March?",
        "What about Canada?",
        "Why?",
        "When did he die?",
        "Where do they live?",
        "And the cartels?",
    ],
)
def test_a_question_that_leans_gets_what_it_leans_on(question: str) -> None:
    restated = standalone(question, TALK)
    assert restated.startswith(question)
    assert "Sheinbaum" in restated
    assert "troops" in restated


@pytest.mark.parametrize(
    "question",
    [
        "How many people were injured when the ferry struck the north pier?",
        "Who is the mayor of Orrinmouth?",
        "Is there a replacement ferry to Skarrow Island?",
        "Which bank said that the loan was refused?",
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(question: str) -> None:
    assert not leans(question)
    assert standalone(question, TALK) == question


def test_the_first_question_leans_on_nothing() -> None:
    assert standalone("What did she say?", ()) == "What did she say?"


def test_what_was_spoken_of_two_questions_ago_is_still_known() -> None:
    talk = (turn("Why did Sheinbaum refuse the troops?"), turn("What did she say about it in March?"))
    assert "Sheinbaum" in standalone("And in April?", talk)


def test_nothing_is_carried_twice() -> None:
    assert standalone("Did Sheinbaum say when they would leave?", TALK).count("Sheinbaum") == 1


@given(st.text(), st.lists(st.builds(turn, st.text(), st.text()), max_size=3))
def test_any_question_in_any_conversation_stays_what_it_was_at_its_start(
    question: str, history: list[Turn]
) -> None:
    assert standalone(question, history).startswith(question.rstrip())
