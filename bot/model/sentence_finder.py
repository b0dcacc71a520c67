"""The stored sentence that says what a model wrote, wherever its citation points."""

from collections.abc import Iterator, Sequence

from bot.model.faithfulness.clauses import telling_words
from bot.model.faithfulness.normalization import even
from bot.model.quote_locator import QuoteLocator
from bot.types import Claim
from bot.verbs import states
from index.types import Passage

# How many places are tried, the best first; each is then checked like any other citation.
_TRIED = 6
# The share of a sentence's telling words that a place must have, and one that the model named.
_HELD, _NAMED = 0.6, 0.4
# Fewer words than these stand in any text.
_FEWEST = 3


def places_that_say(
    sentence: str, named: Sequence[int], passages: Sequence[Passage], locator: QuoteLocator
) -> Iterator[tuple[Claim, ...]]:
    """Stored sentences that share most of the words of `sentence`, best first.

    `named` are the passages (from 1) that the model pointed to; they need share less.
    """
    said = telling_words(even(sentence))
    if len(said) < _FEWEST:
        return
    ranked: list[tuple[float, int, tuple[Claim, ...]]] = []
    for number, passage in enumerate(passages, start=1):
        spans = locator.sentences(number)
        least = _NAMED if number in named else _HELD
        for start, end in spans:
            text = passage.article.text[start:end]
            if not states(text):
                # "The new Sprite bottle.", below a picture, states nothing.
                continue
            share = len(said & telling_words(even(text))) / len(said)
            if share >= least:
                # Of two that say as much, the one that the model named.
                order = share + 0.1 * (number in named)
                ranked.append((-order, len(ranked), (Claim(number, text, start),)))
    yield from (claims for _, _, claims in sorted(ranked)[:_TRIED])
