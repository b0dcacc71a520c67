import pytest

from bot.extractive.answer_type import Kind, asked_for, holds, names, values


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who owns the Marlin?", Kind.PERSON),
        ("Which senator voted against it?", Kind.PERSON),
        ("When did the ferry sink?", Kind.TIME),
        ("In what year was the harbour built?", Kind.TIME),
        ("How many people were hurt?", Kind.NUMBER),
        ("What percentage of the votes did she get?", Kind.NUMBER),
        ("Where did the ferry sink?", Kind.PLACE),
        ("Which Baltic country joined?", Kind.PLACE),
        ("He became king of which country this year?", Kind.PLACE),
        ("Which country's president resigned?", Kind.PLACE),
        ("Which head of state resigned this week?", Kind.NAME),
        ("Why did the mayor resign?", Kind.REASON),
        ("What caused the fire?", Kind.REASON),
        ("What did the mayor say about the fire?", Kind.SPEECH),
        ("Which of the two reports was withdrawn?", Kind.NAME),
        ("Was the ferry insured?", Kind.YES_NO),
        ("Tell me about the ferry.", Kind.OTHER),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kind: Kind) -> None:
    assert asked_for(question) is kind


def test_the_last_sentence_of_a_question_decides() -> None:
    assert asked_for("Ann Reyes died when the ferry sank. How old was she?") is Kind.NUMBER
    assert asked_for("How many were hurt? The ferry sank on Monday.") is Kind.NUMBER


def test_a_subordinate_when_asks_for_no_time() -> None:
    assert asked_for("When the ferry sank, who was on the bridge?") is Kind.PERSON


def test_what_the_question_said_itself_is_no_answer() -> None:
    assert not holds(Kind.NUMBER, "All 14 were saved.", {"14"})
    assert holds(Kind.NUMBER, "Only three of the 14 were saved.", {"14"})
    assert not holds(Kind.TIME, "It sank in 1987.", {"1987"})
    assert names("Reyes met Mayor Holt.", {"reyes"}) == ["Mayor Holt"]


def test_each_kind_is_seen_in_a_sentence() -> None:
    assert holds(Kind.TIME, "It left on 3 May.", set())
    assert holds(Kind.REASON, "It sank because the hull was old.", set())
    assert holds(Kind.SPEECH, "“It is a disgrace,” she said.", set())
    assert holds(Kind.NAME, "It won for “The Long Tide”.", set())
    assert not holds(Kind.PERSON, "it sank in the night.", set())
    assert holds(Kind.OTHER, "anything", set())


def test_a_date_is_no_number_of_things() -> None:
    assert values(Kind.NUMBER, "It sank on 3 March 2026, or March 4, with 14 aboard.", set()) == {"14"}
    assert not holds(Kind.NUMBER, "It was built in 1987.", set())


def test_values_can_be_compared_between_sentences() -> None:
    assert values(Kind.NUMBER, "Fourteen were hurt, 2,500 watched.", set()) == {"fourteen", "2,500"}
    assert values(Kind.OTHER, "Fourteen were hurt.", set()) == frozenset()
