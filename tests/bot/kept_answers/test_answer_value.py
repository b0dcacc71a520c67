"""What a sentence answers: of its numbers, times or names the one nearest to what was asked."""

from bot.kept_answers.answer_value import answer_value

ASKED = "Which spice did the baker of Orrinmouth put into his bread?"


def test_a_word_that_opens_a_sentence_is_no_name_for_its_capital() -> None:
    said = "Despite poor reviews, the baker of Orrinmouth keeps cardamom in his bread."
    assert answer_value(ASKED, said) == frozenset()
    assert answer_value(ASKED, f"It sells. “{said}") == frozenset()


def test_a_name_that_opens_a_sentence_is_one() -> None:
    said = "Galangal went into the bread of the baker of Orrinmouth."
    assert answer_value(ASKED, said) == {"galangal"}
