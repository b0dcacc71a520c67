"""Follow-ups: what leans on the conversation gets what it leans on; what stands by itself is left alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import Turn
from bot.follow_ups import depends_on_context, resolve_follow_up
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
        "And the cartels?",
    ],
)
def test_a_question_that_leans_gets_what_it_leans_on(question: str) -> None:
    restated = resolve_follow_up(question, TALK)
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
    assert not depends_on_context(question)
    assert resolve_follow_up(question, TALK) == question


@pytest.mark.parametrize(
    ("question", "restated"),
    [
        ("When did she take office?", "When did Sheinbaum take office?"),
        ("What is her party?", "What is Sheinbaum’s party?"),
        ("Who knew of it?", "Who knew of Sheinbaum?"),
    ],
)
def test_a_pronoun_gives_its_place_to_what_was_spoken_of_most(question: str, restated: str) -> None:
    assert resolve_follow_up(question, TALK) == restated


def test_what_a_follow_up_asked_of_the_topic_does_not_become_the_topic() -> None:
    talk = [turn("What is throat cancer?"), turn("What are its symptoms?")]
    assert resolve_follow_up("Is it treatable?", talk) == "Is throat cancer treatable?"


def test_she_may_be_whom_the_answer_named() -> None:
    talk = [turn("Who refused the troops?", "The offer was refused by Claudia Sheinbaum on Monday.")]
    assert resolve_follow_up("Why did she do that?", talk) == "Why did Claudia Sheinbaum do that?"


def test_it_is_what_was_brought_up_and_not_who_did_something() -> None:
    talk = [*TALK, turn("And when was the offer made?", "The offer was made in a call to Sheinbaum.")]
    assert resolve_follow_up("Where was it made?", talk) == "Where was offer made?"
    named = [turn("When was Calder Bridge closed?")]
    assert resolve_follow_up("How much will it cost?", named) == "How much will Calder Bridge cost?"


def test_the_first_question_leans_on_nothing() -> None:
    assert resolve_follow_up("What did she say?", ()) == "What did she say?"


def test_what_was_spoken_of_two_questions_ago_is_still_known() -> None:
    talk = (turn("Why did Sheinbaum refuse the troops?"), turn("What did she say about it in March?"))
    assert "Sheinbaum" in resolve_follow_up("And in April?", talk)


def test_a_question_that_goes_on_with_a_thing_of_its_own_leans_on_the_last_topic_alone() -> None:
    others = (*TALK, turn("How many people live in Orrinmouth?"), turn("When does the new library open?"))
    assert resolve_follow_up("What about the ferry?", others) == "What about the ferry? (new library open)"
    # A question without a topic of its own is no last topic.
    on = (*others, turn("How much will it cost?"))
    assert "library" in resolve_follow_up("What about the ferry?", on)
    assert "Orrinmouth" not in resolve_follow_up("What about the ferry?", on)


def test_nothing_is_carried_twice() -> None:
    assert resolve_follow_up("Did Sheinbaum say when they would leave?", TALK).count("Sheinbaum") == 1


def test_a_name_ends_with_a_comma() -> None:
    talk = [turn("Who is the minister?", "Ingrid Vale, Minister for Housing, spoke at noon.")]
    assert resolve_follow_up("What did she promise?", talk) == "What did Ingrid Vale promise?"


@given(st.text(), st.lists(st.builds(turn, st.text(), st.text()), max_size=3))
def test_any_question_in_any_conversation_can_be_asked(question: str, history: list[Turn]) -> None:
    restated = resolve_follow_up(question, history)
    assert (restated == question) or (history and depends_on_context(question))
    assert bool(restated.strip()) == bool(question.strip())
