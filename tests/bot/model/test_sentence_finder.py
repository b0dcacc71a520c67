"""Stored sentences that say what a model wrote, wherever its citation points."""

from bot.model.quote_locator import QuoteLocator
from bot.model.sentence_finder import places_that_say
from index.types import Chunk, Passage
from tests.conftest import article

CAPTION = "The new Corvane ferry timetable."
TOLD = "Corvane has printed a new ferry timetable for the winter."


def found(text: str, sentence: str) -> list[str]:
    stored = article("a", text)
    passage = Passage(stored, Chunk("a", stored.revision, 0, 0, len(text), 20), 1.0, 1.0, 0.0)
    places = places_that_say(sentence, [], [passage], QuoteLocator([passage]))
    return [claim.text for claims in places for claim in claims]


def test_the_sentence_that_shares_most_words_is_tried_first_and_a_caption_never() -> None:
    assert found(f"{CAPTION}\n\n{TOLD}", "Corvane printed the new ferry timetable.") == [TOLD]
