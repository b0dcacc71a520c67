"""Sentences that speak to their reader, where their source does not."""

import pytest

from bot.model.faithfulness.direct_address import speaks_to_reader
from bot.model.grounding import ADDRESSED, grounding_problem
from bot.types import Quote
from index.types import Article

ASKS = "Readers were asked to write in the comments what they think of the vote on the loan."
QUESTION = "What were readers asked?"


@pytest.mark.parametrize(
    "sentence",
    [
        "Tell us in the comments what you think of this.",
        "Do vote on the loan.",
        "Please write the comments you think of.",
        "Don't vote on the loan.",
        "We think of the readers.",
        "Write your comments on the vote.",
        "The readers write in our comments.",
    ],
)
def test_an_order_to_the_reader_does_not_follow_from_a_report_of_one(sentence: str) -> None:
    article = Article("a", ASKS)
    quote = Quote(article, 0, len(ASKS), ASKS)
    assert speaks_to_reader(sentence, [ASKS], QUESTION)
    assert grounding_problem(sentence, [quote], QUESTION) == ADDRESSED


@pytest.mark.parametrize(
    "sentence",
    [
        "Readers were asked to comment on the vote.",
        "The vote in the US was on the loan.",
        "Letters on the loan were asked for.",
        "Do readers think of the loan?",
        "Cut the loan was, said the readers.",
        "The film My Fair Lady was voted for.",
        "You write what you think in the comments.",
    ],
)
def test_a_sentence_that_only_tells_speaks_to_nobody(sentence: str) -> None:
    assert not speaks_to_reader(sentence, [ASKS], QUESTION)


@pytest.mark.parametrize(
    "source",
    ["Tell the office which plot you want.", "Give the office a call.", "We hold the key at the office."],
)
def test_what_its_source_tells_the_reader_a_sentence_may_tell(source: str) -> None:
    assert not speaks_to_reader("Tell us at the office.", [source], QUESTION)


@pytest.mark.parametrize(
    "source",
    [
        "“We think of you,” said the warden of the vote.",
        '"I think that you all vote," he said in the comments.',
        "I think that we vote on the loan.”",
        "The warden said: “We think of you",
    ],
)
def test_whom_a_source_quotes_does_not_speak_to_the_reader(source: str) -> None:
    assert speaks_to_reader("Tell us in the comments what you think.", [source], QUESTION)
    assert not speaks_to_reader(f"{source} It was said.", [source], QUESTION)


@pytest.mark.parametrize("question", ["How can the key be had?", "Where do I get a key?"])
def test_whoever_asks_what_to_do_is_told_what_to_do(question: str) -> None:
    source = "The key is held at the office on Elm Row."
    assert not speaks_to_reader("Get the key at the office on Elm Row.", [source], question)
    assert speaks_to_reader("Get the key at the office on Elm Row.", [source], "Who holds the key?")
