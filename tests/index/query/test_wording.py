"""The question in what people type."""

import pytest

from index.query.wording import asking_part, is_small_talk


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Who left?", "Who left?"),
        ("Hi! How many boats came? Thanks", "How many boats came?"),
        ("hey, could you please tell me how high the dam is?", "how high the dam is?"),
        ("HOW MANY BOATS CAME IN?", "how many boats came in?"),
        ("ERR_SYNC_409", "ERR_SYNC_409"),
        ("The mayor left. Who came after her?", "The mayor left. Who came after her?"),
        ("In which year was it built?", "In which year was it built?"),
        ("Who are The Who?", "Who are The Who?"),
        ("Thanks.", "Thanks."),
        ("How many boats does the article give?", "How many boats?"),
        ("Who left, according to the article?", "Who left?"),
        ("What does the article say?", "What does the article say?"),
    ],
)
def test_what_is_only_polite_is_left_out(typed: str, asked: str) -> None:
    assert asking_part(typed) == asked


def test_of_a_letter_only_the_question_is_kept() -> None:
    letter = (
        "Dear team,\n\n"
        + "We have been customers for many years and never had to complain about a thing. " * 4
    )
    assert asking_part(f"{letter}So my question is: can I export to PST?\n\nKind regards,\nMarianne") == (
        "can I export to PST?"
    )


@pytest.mark.parametrize(
    ("letter", "asked"),
    [
        (
            "Dear all,\nI am new here.\nWhen is the yard shut?\nThank you and best wishes,\nMia",
            "When is the yard shut?",
        ),
        ("Hello,\nwe own a Marlin.\nHow do we tow it?\nJo", "we own a Marlin. How do we tow it?"),
        (
            "Dear all,\nI am new here.\nUntil when may I\nreturn the boat?\nMia",
            "Until when may I return the boat?",
        ),
        (
            "Dear team,\nsince Monday it stops, and our oven shows ALM 31. My wife thinks it is the fan.\n"
            "What does that mean?\nJo",
            "our oven shows ALM 31. What does that mean?",
        ),
        (
            "Hi all, we wondered over lunch whether pupils pay less. Does anybody know? Cheers, Bea",
            "whether pupils pay less.",
        ),
        (
            "Good morning, I am writing an essay. I would like to know when the mill was built. Thanks! Ella",
            "when the mill was built.",
        ),
    ],
)
def test_a_short_letter_is_one_too(letter: str, asked: str) -> None:
    assert asking_part(letter) == asked


@pytest.mark.parametrize("typed", ["hi", "Thanks a lot!", "ok", "Who are you?", "Good morning. How are you?"])
def test_small_talk_is_known_by_saying_nothing_else(typed: str) -> None:
    assert is_small_talk(typed)


@pytest.mark.parametrize("typed", ["Who are The Who?", "why not?", "Who left?", "help with E-1043", "it", ""])
def test_a_question_is_no_small_talk(typed: str) -> None:
    assert not is_small_talk(typed)
