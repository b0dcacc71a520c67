"""Answers by a scripted model about two articles that differ, and what must hold of each."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.answering.flow import AnswerFlow
from bot.conversations import Turn
from bot.model.providers import load_chat_model
from bot.model.retry_policy import ModelLimits
from bot.model.writer import ModelWriter
from bot.types import (
    Answer,
    Claim,
    Draft,
    Outcome,
    Writing,
)
from index.store import Index
from index.types import Passage, Query
from tests.bot.model_server import (
    ModelServer,
    Reply,
    Says,
    Script,
    model_server,
    passages_in,
)
from tests.conftest import article

FERRY = article(
    "ferry",
    "The ferry Lady Wrenna struck the north pier on Tuesday. Fourteen people were hurt. No one was killed.",
    source="Northshore Wire",
    published="2026-03-03",
)


LEDGER = article(
    "ledger",
    "Seventeen people were hurt when the ferry struck the north pier, the operator said on Wednesday.",
    source="The Vessary Ledger",
    published="2026-03-04",
)


QUESTION = "How many people were hurt when the ferry struck the pier?"


QUICK = ModelLimits(answer=3.0, first_word=1.5, pause=0.01)


class First:
    """The writer that stands by: quotes the first sentence of the first passage."""

    name = "extractive"

    def __init__(self, score: float = 0.9) -> None:
        self.score = score

    def write(self, query: Query, passages: Sequence[Passage]) -> Writing:
        if not passages:
            return Writing(0.0, ())
        first = passages[0].text.split(". ")[0]
        return Writing(self.score, [Draft(first, (Claim(1, first, passages[0].chunk.start),))])


Flow = Callable[..., AnswerFlow]


def model_flow(
    index: Index, server: ModelServer, patience: ModelLimits = QUICK, score: float = 0.9
) -> AnswerFlow:
    model = load_chat_model("scripted", server.url, patience)
    return AnswerFlow(index, First(score), 0.5, model=ModelWriter(model, 3000), model_threshold=0.1)


def answered(
    index: Index, reply: Script | Reply, patience: ModelLimits = QUICK, score: float = 0.9
) -> Answer:
    with model_server(reply) as server:
        return model_flow(index, server, patience, score).invoke(QUESTION)


def mark(quote: str) -> Script:
    """Cites the passage in which `quote` stands, whichever number it has."""

    def script(body: dict[str, Any]) -> Reply:
        number = next(n for n, text in enumerate(passages_in(body), 1) if quote in text)
        return Says(f'The ferry struck the pier and people were hurt. [{number}: "{quote}"]')

    return script


def check(answer: Answer) -> None:
    """Promise 1, of an answer."""
    for sentence in answer.sentences:
        assert sentence.citations
    for citation in answer.citations:
        quote = citation.quote
        assert quote.text
        assert quote.article.text[quote.start : quote.end] == quote.text


def before(*asked: str) -> list[Turn]:
    return [Turn.of(text, Answer(Query(text), Outcome.NOT_ON_RECORD)) for text in asked]
