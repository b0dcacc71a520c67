"""The flow: events in order, answers that are checked, and silence where there is nothing to say."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from datetime import date
from itertools import pairwise

import pytest
from langchain_core.runnables import RunnableLambda

from bot.answering.flow import AnswerFlow
from bot.answering.langchain_runnable import AnswerRunnable
from bot.conversations import Turn
from bot.types import (
    Answer,
    Claim,
    Done,
    Draft,
    Found,
    Outcome,
    Restated,
    Searching,
    Sentence,
    Withheld,
    Writing,
)
from index.errors import UsageError
from index.retriever import IndexRetriever
from index.store import Index
from index.types import Passage, Query
from tests.conftest import article, put

FERRY = article("ferry", "The ferry struck the pier. Fourteen people were hurt.")


class Scripted:
    """A writer that says what it was told to, as a language model might: some of it true."""

    name = "scripted"

    def __init__(self, *drafts: Draft, score: float = 0.9) -> None:
        self._drafts = drafts
        self._score = score
        self.written = 0

    def write(self, query: Query, passages: Sequence[Passage]) -> Writing:
        return Writing(self._score, self._produce())

    def _produce(self) -> Iterator[Draft]:
        for draft in self._drafts:
            self.written += 1
            yield draft


TRUE = Draft("Hurt.", (Claim(1, "Fourteen people were hurt."),))
FALSE = Draft("Unhurt.", (Claim(1, "Nobody was hurt."),))


def test_events_come_in_order_and_the_last_one_is_the_answer(index: Index) -> None:
    put(index, FERRY)
    events = list(AnswerFlow(index, Scripted(TRUE, FALSE), 0.5).stream("Who was hurt?"))
    assert [type(event) for event in events] == [Searching, Found, Sentence, Withheld, Done]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.outcome is Outcome.ANSWERED
    assert [sentence.text for sentence in done.answer.sentences] == ["Hurt."]
    assert {"search", "write", "total"} == set(done.answer.timings)


def test_a_question_that_nothing_true_was_written_for_is_not_on_record(index: Index) -> None:
    put(index, FERRY)
    answer = AnswerFlow(index, Scripted(FALSE, FALSE), 0.5).invoke("Who was hurt?")
    assert answer.outcome is Outcome.NOT_ON_RECORD
    assert answer.citations == ()
    assert answer.nearest == (FERRY,)


def test_what_is_nearest_is_so_by_its_meaning_and_not_for_being_of_today(index: Index) -> None:
    old = article("old", "The fares of the harbour ferry rise.", published="2020-01-05")
    today = [article(f"new{n}", f"Prize {n} for the best roses.", published="2026-03-10") for n in range(5)]
    put(index, old, *today)
    asked = Query("What is the latest on the fares in Skarrow?", now=date(2026, 3, 10))
    assert AnswerFlow(index, Scripted(FALSE), 0.5).invoke(asked).nearest[0] == old


def test_below_the_threshold_one_sentence_is_named_as_likely_and_none_given(index: Index) -> None:
    put(index, FERRY)
    writer = Scripted(TRUE, score=0.49)
    refused = AnswerFlow(index, writer, 0.5).invoke("Who was hurt?")
    assert (refused.outcome, refused.sentences, refused.citations) == (Outcome.NOT_ON_RECORD, (), ())
    assert refused.likely is not None
    assert (refused.likely.text, writer.written) == ("Hurt.", 1)
    assert AnswerFlow(index, writer, 0.4).invoke("Who was hurt?").outcome is Outcome.ANSWERED


def test_an_empty_record_answers_that_nothing_is_on_record(index: Index) -> None:
    answer = AnswerFlow(index, Scripted(TRUE), 0.5).invoke("Who was hurt?")
    assert (answer.outcome, answer.nearest) == (Outcome.NOT_ON_RECORD, ())


def test_invoke_batch_and_streams_agree(index: Index) -> None:
    put(index, FERRY)
    flow = AnswerFlow(index, Scripted(TRUE), 0.5)

    async def streamed() -> list[object]:
        return [event async for event in flow.astream("Who was hurt?")]

    last = asyncio.run(streamed())[-1]
    assert isinstance(last, Done)
    for answer in (flow.invoke(Query("Who was hurt?")), last.answer):
        assert isinstance(answer, Answer)
        assert [s.text for s in answer.sentences] == ["Hurt."]


def test_a_closed_stream_stops_the_writer(index: Index) -> None:
    put(index, FERRY)
    writer = Scripted(*[TRUE] * 10_000)
    flow = AnswerFlow(index, writer, 0.5)

    async def first_sentence() -> None:
        async with aclosing(flow.astream("Who was hurt?")) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, Sentence):
                    return

    asyncio.run(first_sentence())
    assert writer.written < 10_000


def test_errors_reach_whoever_asked_on_every_way(index: Index) -> None:
    flow = AnswerFlow(index, Scripted(TRUE), 0.5)

    async def streamed() -> None:
        async for _ in flow.astream(" "):
            pass

    with pytest.raises(UsageError, match="empty"):
        flow.invoke(" ")
    with pytest.raises(UsageError, match="empty"):
        asyncio.run(streamed())


def test_the_flow_and_the_retriever_go_into_other_chains(index: Index) -> None:
    put(index, FERRY)
    flow = AnswerRunnable(AnswerFlow(index, Scripted(TRUE), 0.5))
    chain = flow | RunnableLambda(lambda answer: answer.outcome.value)
    assert chain.invoke("Who was hurt?") == "answered"
    assert [answer.sentences for answer in flow.batch(["Who was hurt?"] * 2)] == [
        flow.invoke("Who was hurt?").sentences
    ] * 2
    assert isinstance(list(flow.stream("Who was hurt?"))[-1], Done)
    retriever = IndexRetriever(index=index, k=3) | RunnableLambda(len)
    assert retriever.invoke("ferry") == 1


def test_retrieved_documents_say_where_they_stand(index: Index) -> None:
    put(index, FERRY)
    document = IndexRetriever(index=index).invoke("ferry")[0]
    start, end = document.metadata["start"], document.metadata["end"]
    assert document.page_content == FERRY.text[start:end]
    assert document.metadata["article_id"] == "ferry"


def test_timings_add_up(index: Index) -> None:
    put(index, FERRY)
    timings = AnswerFlow(index, Scripted(TRUE), 0.5).invoke("Who?").timings
    assert timings["total"] == pytest.approx(timings["search"] + timings["write"])
    assert all(a <= b for a, b in pairwise(sorted(timings.values())))


def test_a_follow_up_is_searched_for_with_what_it_leans_on_and_says_so(index: Index) -> None:
    put(index, FERRY, article("mill", "The mill on the hill burnt down in 1911. Nobody was hurt."))
    flow = AnswerFlow(index, Scripted(TRUE), 0.5, k=1)
    before = Turn.of("1", flow.invoke("What did the ferry strike?"))
    *_, done = events = list(flow.stream("How many were hurt by it?", history=[before]))
    assert [type(event) for event in events] == [Searching, Restated, Found, Sentence, Done]
    assert isinstance(done, Done)
    assert done.answer.query.text == "How many were hurt by it?"
    assert done.answer.standalone == "How many were hurt by ferry strike?"
    assert done.answer.citations[0].quote.article == FERRY
    assert flow.invoke("How many were hurt by it?", history=[before]).standalone


def test_words_that_were_carried_over_do_not_hide_what_was_really_asked(index: Index) -> None:
    mill = article("mill", "The mill burnt down in 1911.")
    put(index, FERRY, mill, article("pier", "The ferry struck the pier, a strike by the ferry."))
    flow = AnswerFlow(index, Scripted(TRUE), 0.5, k=1)
    before = Turn.of("1", flow.invoke("What did the ferry strike?"))
    events = list(flow.stream("And the mill?", history=[before]))
    restated = next(event.text for event in events if isinstance(event, Restated))
    assert [one.article.id for one in index.search(Query(restated), 1)] == ["pier"]
    found = next(event for event in events if isinstance(event, Found))
    assert [one.article for one in found.passages] == [mill]


def test_what_was_quoted_before_is_no_evidence_now(index: Index) -> None:
    put(index, FERRY)
    flow = AnswerFlow(index, Scripted(TRUE), 0.5)
    before = Turn.of("1", flow.invoke("Who was hurt?"))
    put(index, article("ferry", "The ferry struck the pier. Nobody knows who was hurt."))
    answer = flow.invoke("And who was hurt?", history=[before])
    assert answer.outcome is Outcome.NOT_ON_RECORD
    assert answer.citations == ()


def test_a_rehearsal_goes_all_the_way_with_and_without_days_and_tells_nobody_what_is_wrong(
    index: Index,
) -> None:
    put(index, article("ferry", "The people of the pier said what happened.", published="2026-03-03"))
    writer = Scripted(TRUE)
    flow = AnswerFlow(index, writer, 0.5)
    flow.warm_up()
    assert writer.written == 2
    shutil.rmtree(index.home / "vectors")
    with Index(index.home, index.embedder) as torn:
        AnswerFlow(torn, writer, 0.5).warm_up()
    assert writer.written == 2
