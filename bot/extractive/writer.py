"""The default writer: finds the sentences that answer, and quotes them. It needs no language model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.explanation import Explanation, Weighed, WeighedSentence
from bot.extractive.answer_type import AnswerType
from bot.extractive.attribution import attribution
from bot.extractive.candidates import Candidate, candidates
from bot.extractive.confidence import in_time, log_odds, probability, signals
from bot.extractive.contradiction import contradicts
from bot.extractive.echo import after_the_other, best_beside, is_borne_out
from bot.extractive.layout import ROW_BAR
from bot.extractive.likeness import Likenesses
from bot.extractive.relevance import (
    CONTRADICTS,
    FEATURES,
    WEIGHTS,
    QuestionFeatures,
    features,
    in_the_running,
)
from bot.extractive.selection import SelectedSentence, select
from bot.extractive.terms import present, spelled
from bot.types import Claim, Draft, Writing
from bot.verbs import tells_what_happened
from index.embedding.types import TokenVectors
from index.query.wording import asking_part
from index.types import Passage, Query, Status

Embed = Callable[[Sequence[str]], tuple[NDArray[np.floating], Sequence[TokenVectors]]]
"""Texts to vectors of length 1, a row each, and to those of their tokens."""

# An account that is likelier right than wrong by itself.
_LIKELY = 0.5
# So many sentences are told of in an explanation.
_EXPLAINED = 3


class ExtractiveWriter:
    """Picks one to three sentences from the passages and attributes each."""

    name = "extractive"

    def __init__(self, embed: Embed) -> None:
        """`embed` is the model that the passages were found with."""
        self._embed = embed

    def write(self, query: Query, passages: Sequence[Passage]) -> Writing:
        """The answer with its probability; 0.0 and no drafts where there is nothing to quote."""
        quotable = candidates(passages)
        asked = QuestionFeatures.of(query, quotable)
        found = in_the_running(asked, _titled(asked, _news(asked, quotable)), passages)
        if not found:
            return Writing(0.0, ())
        vectors, tokens = self._embed([asked.text, *(candidate.in_context for candidate in found)])
        like = Likenesses.of(asked.predicate, vectors, tokens)
        rows = features(asked, found, passages, like)
        scores = rows @ WEIGHTS
        nearest = int(np.argmax(scores))
        # What was withdrawn answers only where nothing else is found at all.
        stands = np.array([c.article.status is not Status.WITHDRAWN for c in found])
        scores = np.where(stands | ~stands.any(), scores, -np.inf)
        place = int(np.argmax(scores))

        def odds_of(place: int) -> tuple[Weighed, ...]:
            best = found[place]
            return log_odds(
                signals(asked, best, rows[place]),
                in_time=in_time(asking_part(query.text), query.now, passages, best),
                contradicted=bool(rows[place, CONTRADICTS]),
            )

        odds = odds_of(place)
        gone = nearest != place and probability(odds_of(nearest)) >= _LIKELY
        withdrawn = found[nearest].article if gone else None
        beside = best_beside(asked, found, scores)
        if beside is not None and probability(other := odds_of(beside)) >= _LIKELY:
            # Shown first, and the best of what repeats the question after it.
            odds = other
            scores = after_the_other(asked, found, scores, beside)
            place = beside
        best = found[place]
        explained = Explanation(
            asked.text,
            asked.kind.value,
            spelled(asked.text, asked.wanted - present(best.text) - present(best.context)),
            len(passages),
            len(found),
            tuple(_weighed(found[n], rows[n]) for n in np.argsort(-scores, kind="stable")[:_EXPLAINED]),
            odds,
        )
        picks = select(asked, found, scores, vectors[1:])
        drafts = tuple(_drafts(asked, picks))
        rivals = tuple(draft for draft, pick in zip(drafts, picks, strict=True) if pick.rival)
        return Writing(probability(odds), drafts, withdrawn, rivals, explained)


def _weighed(candidate: Candidate, row: NDArray[np.floating]) -> WeighedSentence:
    parts = Weighed.all(FEATURES, row, WEIGHTS)
    piece, score = candidate.piece, float(row @ WEIGHTS)
    return WeighedSentence(candidate.article, piece.start, piece.end, score, parts)


def _news(asked: QuestionFeatures, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of what was written in some days, what tells what happened in them, where that is all that is asked."""
    if asked.kind is not AnswerType.NEWS or not asked.narrowed or asked.wanted:
        return found
    return [candidate for candidate in found if tells_what_happened(candidate.article.text)]


def _titled(asked: QuestionFeatures, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, without the titles that their articles do not bear out."""
    borne_out = {c.article.id: is_borne_out(asked, c.article) for c in found}
    return [c if borne_out[c.article.id] else replace(c, titled=False) for c in found]


def _drafts(asked: QuestionFeatures, picks: Sequence[SelectedSentence]) -> Iterator[Draft]:
    headed: set[tuple[str, str]] = set()
    for pick in picks:
        span, candidate = pick.extent, pick.candidate
        said = quote = candidate.article.text[span.start : span.end]
        claims = [Claim(candidate.passage, quote, span.start)]
        header = candidate.header if quote.count(ROW_BAR) > 1 else ""
        # In a row of three cells nobody can tell which is which without the headings, shown once.
        if header and (candidate.article.id, header) not in headed:
            headed.add((candidate.article.id, header))
            claims.append(Claim(candidate.passage, header, candidate.piece.under[-1][0]))
            said = f"{header}\n{quote}"
        more = f"\n(and {span.more} more)" if span.more else ""
        against = asked.kind is AnswerType.YES_NO and contradicts(asked.text, candidate.text)
        told = ["Earlier"] if pick.earlier else ["The articles say otherwise"] if against else []
        lead = ": ".join(part for part in (*told, attribution(candidate.article)) if part)
        yield Draft(said + more, tuple(claims), lead)
