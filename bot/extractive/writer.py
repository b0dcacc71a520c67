"""The default writer: finds the sentences that answer, and quotes them. It needs no language model."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.extractive.attribution import attribution
from bot.extractive.candidates import Candidate, candidates
from bot.extractive.confidence import in_time, probability, signals
from bot.extractive.contradiction import contradicts
from bot.extractive.relevance import PASSAGE, WEIGHTS, QuestionFeatures, features
from bot.extractive.selection import SelectedSentence, select
from bot.types import Claim, Draft, Writing
from index.types import Passage, Query

Embed = Callable[[Sequence[str]], NDArray[np.floating]]
"""Texts to vectors of length 1, a row each."""

# Embedding is what takes time; the rest of the sentences are out of the running without it.
_MOST_EMBEDDED = 40


class ExtractiveWriter:
    """Picks one to three sentences from the passages and attributes each."""

    name = "extractive"

    def __init__(self, embed: Embed) -> None:
        """`embed` is the model that the passages were found with."""
        self._embed = embed

    def write(self, query: Query, passages: Sequence[Passage]) -> Writing:
        """The answer with its probability; 0.0 and no drafts where there is nothing to quote."""
        asked = QuestionFeatures.read(query.text)
        found = _in_the_running(asked, candidates(passages), passages)
        if not found:
            return Writing(0.0, ())
        vectors = np.asarray(self._embed([query.text, *(candidate.text for candidate in found)]))
        similarities, vectors = vectors[1:] @ vectors[0], vectors[1:]
        rows = features(asked, found, passages, similarities)
        scores = rows @ WEIGHTS
        best = found[int(np.argmax(scores))]
        score = probability(
            signals(
                asked,
                passages,
                float((scores - rows[:, PASSAGE] * WEIGHTS[PASSAGE]).max()),
                float(similarities.max()),
                passages[best.passage - 1],
            ),
            in_time=in_time(query.text, query.now, passages),
            contradicted=contradicts(query.text, best.text),
        )
        return Writing(score, _drafts(select(asked, found, scores, vectors)))


def _in_the_running(
    asked: QuestionFeatures, found: list[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    """The candidates worth embedding, in their order."""
    if len(found) <= _MOST_EMBEDDED:
        return found
    rough = features(asked, found, passages, np.zeros(len(found))) @ WEIGHTS
    kept = np.sort(np.argsort(-rough, kind="stable")[:_MOST_EMBEDDED])
    return [found[place] for place in kept]


def _drafts(picks: Sequence[SelectedSentence]) -> Iterator[Draft]:
    for pick in picks:
        quote = pick.candidate.article.text[pick.start : pick.end]
        claim = Claim(pick.candidate.passage, quote, pick.start)
        yield Draft(quote, (claim,), attribution(pick.candidate.article))
