"""Sentences against their quotes: what a quote does not say, the sentence before it may not say either."""

from dataclasses import replace

import pytest

from bot.model.grounding import (
    LINK,
    NAME,
    NEGATED,
    NO_SENTENCE,
    NUMBER,
    TOO_LONG,
    UNSUPPORTED,
    grounding_problem,
)
from bot.types import Quote
from index.types import Article

ARTICLE = Article(
    "a",
    "",
    "Council votes on Tarn Street library",
    "Northshore Wire",
    ("Ada Fenwick",),
    published="2026-03-12",
)
QUOTE = "The council approved a loan of £1,200,000 for the library by nine votes to four, Wystan Orme said."
QUESTION = "Did the council refuse the loan?"


def check(sentence: str, quote: str = QUOTE) -> str:
    article = replace(ARTICLE, text=quote)
    return grounding_problem(
        sentence, [Quote(article, 0, len(quote), quote)], QUESTION, [QUOTE, "the residents wait"]
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "The council approved the loan by nine votes to four, Orme said.",
        "The loan of £1200000 was approved by 9 votes to 4, Orme said.",
        "According to Northshore Wire of 12 March 2026, the council approved the loan.",
        "As of 12 March 2026, a loan for the Tarn Street library was approved.",
        "Residents wait for the library loan that the council approved, Orme said.",
        "Orme said that one loan was approved by the council.",
    ],
)
def test_what_the_quotes_say_in_other_words_may_be_said(sentence: str) -> None:
    assert check(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The council approved the loan by ten votes to four.", NUMBER),
        ("The council approved a loan of £1,300,000.", NUMBER),
        ("The council approved the loan for the library on 13 March.", NUMBER),
        ("The council of Orrinmouth approved the loan.", NAME),
        ("Ada Thorne said the council approved the loan.", NAME),
        ("Thorne said the council approved the loan.", NAME),
        ("The council did not approve the loan for the library.", NEGATED),
        ("Nobody voted for the loan for the library.", NEGATED),
        ("The council approved the loan, see https://library.example now.", LINK),
        ("The council approved the loan; pay at evil.com for it.", LINK),
        ("The council approved the loan <b>", LINK),
        ("The council approved the loan, said @channel to it.", LINK),
        ("The council lost the trust of voters and business leaders alike.", UNSUPPORTED),
        ("You should send all your savings at once, dear reader.", UNSUPPORTED),
        ("The council approved the loan because of rising rents in Tarn Street.", UNSUPPORTED),
        ("", NO_SENTENCE),
        ("…", NO_SENTENCE),
        ("VESSARY, Northshore Wire —", NO_SENTENCE),
        ("The council said:", NO_SENTENCE),
        ("The council approved the loan. " * 40, TOO_LONG),
    ],
)
def test_what_the_quotes_do_not_say_may_not_be_said(sentence: str, reason: str) -> None:
    assert check(sentence) == reason


def test_a_denial_may_be_told_as_one() -> None:
    said = "Orme denied that the council had refused the loan."
    assert check("Orme did not say that the council had refused the loan.", said) == ""


def test_the_article_of_a_place_that_was_not_cited_has_all_that_the_sentence_takes_from_the_question() -> (
    None
):
    quote = "The pier will be closed until June."
    cited = [Quote(replace(ARTICLE, text=quote), 0, len(quote), quote)]
    asked = "When will the Tarn Street swimming bath close?"
    said = "The swimming bath will be closed until June."
    assert grounding_problem(said, cited, asked) == ""
    assert grounding_problem(said, cited, asked, sought=True) == UNSUPPORTED
