"""Verification: the only way from what a writer claims to what a reader sees.

A quote is true when `article.text[start:end]` is the quote, character for character, in the article that the
passage belongs to. Nothing is folded, trimmed or repaired here.
"""

from collections.abc import Sequence

from bot.types import Citation, Claim, Draft, Quote, Sentence, Withheld
from index.types import Passage

NO_CITATION = "no citation"
UNKNOWN_PASSAGE = "unknown passage"
NOT_FOUND = "quote not found"


class Verifier:
    """Turns the drafts of one answer into numbered sentences; the same quote keeps its number."""

    def __init__(self, passages: Sequence[Passage], numbered: Sequence[Citation] = ()) -> None:
        """Quotes that are `numbered` already, from other passages, keep their numbers too."""
        self._passages = passages
        self._numbers = {_place(one.quote): one.n for one in numbered}

    def check(self, draft: Draft) -> Sentence | Withheld:
        """The sentence with its quotes resolved, or why it may not be shown."""
        if not draft.claims:
            return Withheld(draft, NO_CITATION)
        quotes: list[Quote] = []
        for claim in draft.claims:
            if not 1 <= claim.passage <= len(self._passages):
                return Withheld(draft, UNKNOWN_PASSAGE)
            quote = _find(claim, self._passages[claim.passage - 1])
            if quote is None:
                return Withheld(draft, NOT_FOUND)
            quotes.append(quote)
        # Numbers are given only now: a draft that is withheld must not leave a gap in the list.
        citations = tuple(dict.fromkeys(self._numbered(quote) for quote in quotes))
        return Sentence(draft.text, citations, draft.lead)

    def _numbered(self, quote: Quote) -> Citation:
        return Citation(self._numbers.setdefault(_place(quote), len(self._numbers) + 1), quote)


def _place(quote: Quote) -> tuple[str, int, int]:
    return quote.article.id, quote.start, quote.end


def _find(claim: Claim, passage: Passage) -> Quote | None:
    """The quote where the claim says it stands; without an offset, where it first stands in the passage."""
    if not claim.text.strip():
        return None
    start = claim.start
    if start is None:
        place = passage.text.find(claim.text)
        if place < 0:
            return None
        start = passage.chunk.start + place
    end = start + len(claim.text)
    if start < 0 or passage.article.text[start:end] != claim.text:
        return None
    also = tuple(article for article in passage.copies if claim.text in article.text)
    marked = claim.marked if claim.marked and start <= claim.marked[0] < claim.marked[1] <= end else None
    return Quote(passage.article, start, end, claim.text, also, marked)
