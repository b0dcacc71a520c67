import pytest

from bot.extractive.answer_type import (
    AnswerType,
    contains_type,
    expected_type,
    unit_of,
    values_of_type,
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who owns the Marlin?", AnswerType.PERSON),
        ("Which senator voted against it?", AnswerType.NAME),
        ("When did the ferry sink?", AnswerType.TIME),
        ("In what year was the harbour built?", AnswerType.TIME),
        ("How many people were hurt?", AnswerType.NUMBER),
        ("How loud is the horn of the Marlin?", AnswerType.NUMBER),
        ("How quickly must a theft be reported when nobody is there?", AnswerType.NUMBER),
        ("How do I get to the quay?", AnswerType.METHOD),
        ("What percentage of the votes did she get?", AnswerType.NUMBER),
        ("Where did the ferry sink?", AnswerType.PLACE),
        ("Which Baltic country joined?", AnswerType.NAME),
        ("He became king of which country this year?", AnswerType.NAME),
        ("Which head of state resigned this week?", AnswerType.NAME),
        ("Why did the mayor resign?", AnswerType.REASON),
        ("What caused the fire?", AnswerType.REASON),
        ("What did the mayor say about the fire?", AnswerType.SPEECH),
        ("Which of the two reports was withdrawn?", AnswerType.NAME),
        ("Was the ferry insured?", AnswerType.YES_NO),
        ("Tell me about the ferry.", AnswerType.OTHER),
        ("ferry price", AnswerType.MONEY),
        ("harbour depth", AnswerType.NUMBER),
        ("What does the ticket cost?", AnswerType.MONEY),
        ("What does the insurer not pay for?", AnswerType.OTHER),
        ("What happened to the ferry?", AnswerType.NEWS),
        ("What did the Herald report about the ferry?", AnswerType.NEWS),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kind: AnswerType) -> None:
    assert expected_type(question) is kind


def test_the_last_sentence_of_a_question_decides() -> None:
    assert expected_type("Ann Reyes died when the ferry sank. How old was she?") is AnswerType.NUMBER
    assert expected_type("How many were hurt? The ferry sank on Monday.") is AnswerType.NUMBER


def test_a_subordinate_when_asks_for_no_time() -> None:
    assert expected_type("When the ferry sank, who was on the bridge?") is AnswerType.PERSON


def test_what_the_question_said_itself_is_no_answer() -> None:
    assert not contains_type(AnswerType.NUMBER, "All 14 were saved.", {"14"})
    assert contains_type(AnswerType.NUMBER, "Only three of the 14 were saved.", {"14"})
    assert not contains_type(AnswerType.TIME, "It sank in 1987.", {"1987"})
    assert values_of_type(AnswerType.PERSON, "Reyes met Mayor Holt.", {"reyes"}) == {"mayor holt"}


def test_each_kind_is_seen_in_a_sentence() -> None:
    assert contains_type(AnswerType.TIME, "It left on 3 May.", set())
    assert contains_type(AnswerType.TIME, "Last ferry | 22.15", set())
    assert not contains_type(AnswerType.TIME, "It costs €22.15 or 22.15 %.", set())
    assert contains_type(AnswerType.REASON, "It sank because the hull was old.", set())
    assert contains_type(AnswerType.REASON, "It was refused as a matter of pride.", set())
    assert contains_type(AnswerType.SPEECH, "“It is a disgrace,” she said.", set())
    assert contains_type(AnswerType.NAME, "It won for “The Long Tide”.", set())
    assert not contains_type(AnswerType.PERSON, "it sank in the night.", set())
    assert not contains_type(AnswerType.PERSON, "it sank on Monday in the River Orrin.", set())
    assert contains_type(AnswerType.PERSON, "it was sunk by Ann Reyes in Port Hale.", set())
    assert contains_type(AnswerType.OTHER, "anything", set())


def test_a_date_is_no_number_of_things() -> None:
    assert values_of_type(
        AnswerType.NUMBER, "It sank on 3 March 2026, or March 4, with 14 aboard.", set()
    ) == {"14"}
    assert not contains_type(AnswerType.NUMBER, "It was built in 1987.", set())


def test_values_can_be_compared_between_sentences() -> None:
    assert values_of_type(AnswerType.NUMBER, "Fourteen were hurt, 2,500 watched.", set()) == {
        "fourteen",
        "2,500",
    }
    assert values_of_type(AnswerType.OTHER, "Fourteen were hurt.", set()) == frozenset()


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("How old is the captain?", "The captain, 54, was born here.", "The captain has nine boats."),
        ("How long is the crossing?", "It takes 40 minutes.", "It has 40 seats."),
        ("How long is the pier?", "The pier measures 310m.", "The pier has 40 piles."),
        ("How deep is the harbour?", "It is 9 metres deep at low tide.", "It holds 30 boats."),
        ("What is the weight of the bell?", "The bell weighs 2 tonnes.", "The bell has 3 clappers."),
        ("How much does the bell weigh?", "It is a bell of 900 kg.", "It rang 12 times."),
        ("How fast does the ferry go?", "She makes 14 knots.", "She carries 14 cars."),
        ("How hot did it get?", "It was 31 °C in the shade.", "It rained on 3 days."),
    ],
)
def test_a_measure_is_told_in_its_unit(question: str, told: str, not_told: str) -> None:
    unit = unit_of(question)
    assert unit is not None
    assert unit.search(told)
    assert not unit.search(not_told)


def test_what_is_counted_has_no_unit() -> None:
    assert unit_of("How many people were hurt?") is None
    assert unit_of("Who paid for the pier?") is None
