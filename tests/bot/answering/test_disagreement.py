"""That outlets differ is said of an answer whoever writes it, with the quotes of every side."""

from typing import Any

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.model.providers import load_chat_model
from bot.model.retry_policy import ModelLimits
from bot.model.writer import ModelWriter
from bot.types import Answer, Found
from index.store import Index
from tests.bot.model_server import Says, model_server, passages_in
from tests.conftest import article, put

pytestmark = pytest.mark.slow

QUESTION = "How many people were hurt when the ferry struck the pier?"
FERRY = article(
    "ferry",
    "It was foggy on Tuesday. 14 people were hurt when the ferry struck the pier.",
    source="Northshore Wire",
    published="2026-03-03",
)
LEDGER = article(
    "ledger",
    "17 people were hurt when the ferry struck the pier. Divers searched on Wednesday.",
    source="The Vessary Ledger",
    published="2026-03-04",
)


def sides(answer: Answer) -> list[tuple[str, list[str]]]:
    assert answer.disagreement is not None
    assert {one for side in answer.disagreement.sides for one in side.citations} <= set(answer.citations)
    return [
        (side.value, [one.quote.article.id for one in side.citations]) for side in answer.disagreement.sides
    ]


def test_the_default_writer_says_it_before_the_first_sentence(index: Index) -> None:
    put(index, FERRY, LEDGER)
    events = list(AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), 0.0).stream(QUESTION))
    (found,) = [event for event in events if isinstance(event, Found)]
    assert str(found.disagreement) == "14 or 17: outlets differ."
    assert sides(events[-1].answer) == [("14", ["ferry"]), ("17", ["ledger"])]  # type: ignore[union-attr]


def test_the_side_that_a_model_leaves_out_is_quoted_below_what_it_wrote(index: Index) -> None:
    put(index, FERRY, LEDGER)

    def script(body: dict[str, Any]) -> Says:
        ledger = next(n for n, text in enumerate(passages_in(body), 1) if "17" in text)
        return Says(f'17 people were hurt. [{ledger}: "17 people were hurt when the ferry struck the pier"]')

    with model_server(script) as server:
        model = load_chat_model("scripted", server.url, ModelLimits(answer=5.0))
        writer = ExtractiveWriter(index.embedder.embed_tokens)
        answer = AnswerFlow(index, writer, 0.0, model=ModelWriter(model, 3000)).invoke(QUESTION)
    assert answer.sentences[0].text == "17 people were hurt."
    assert sides(answer) == [("14", ["ferry"]), ("17", ["ledger"])]
    assert [one.n for one in answer.citations] == list(range(1, len(answer.citations) + 1))
