"""Answers by a model over a real wire: what it is given and when it is asked, believed and added to."""

import re
from typing import Any

import pytest

from bot.answering.flow import AnswerFlow
from bot.model.providers import load_chat_model
from bot.model.writer import ModelWriter
from bot.types import (
    Done,
    Found,
    Outcome,
    Restated,
)
from index.store import Index
from index.types import Query
from tests.bot.model.answering import QUESTION, QUICK, First, answered, before, check, model_flow
from tests.bot.model_server import (
    Fails,
    Reply,
    Says,
    model_server,
    one_after_another,
    passages_in,
)
from tests.conftest import article, put

pytestmark = pytest.mark.slow


def test_a_good_model_is_shown_with_its_quotes_and_its_cost(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        texts = passages_in(body)
        wire = next(n for n, text in enumerate(texts, 1) if "Fourteen" in text)
        ledger = next(n for n, text in enumerate(texts, 1) if "Seventeen" in text)
        return Says(
            f'Northshore Wire says that 14 people were hurt. [{wire}: "Fourteen people were hurt"]\n'
            f'The Vessary Ledger says 17 people were hurt. [{ledger}: "Seventeen people were hurt"]\n'
        )

    answer = answered(record, script)
    check(answer)
    assert answer.outcome is Outcome.ANSWERED
    assert [sentence.text for sentence in answer.sentences] == [
        "Northshore Wire says that 14 people were hurt.",
        "The Vessary Ledger says 17 people were hurt.",
    ]
    assert [citation.quote.article.id for citation in answer.citations] == ["ferry", "ledger"]
    assert (answer.note, answer.withheld, answer.model) == ("", (), "scripted")
    assert answer.usage == {
        "requests": 1,
        "input_tokens": 1000,
        "output_tokens": answer.usage["output_tokens"],
    }
    assert {"search", "write", "model", "first word", "total"} <= set(answer.timings)


def test_the_prompt_holds_the_labels_the_day_and_a_mark_that_changes(record: Index) -> None:
    with model_server(Says("NOT ON RECORD")) as server:
        flow = model_flow(record, server)
        for _ in range(2):
            flow.invoke(QUESTION)
        first, second = server.prompts
    assert "The Vessary Ledger, About ledger, published 4 March 2026" in first
    assert "Today is " in first
    nonces = [re.findall(r"<<passage 1 (\w+):", prompt)[0] for prompt in (first, second)]
    assert nonces[0] != nonces[1]


def test_where_nothing_could_be_verified_and_nothing_answers_it_is_not_on_record(record: Index) -> None:
    answer = answered(record, Says("People say so."), score=0.3)
    assert answer.outcome is Outcome.NOT_ON_RECORD
    assert "could be verified" in answer.note
    assert answer.nearest


def test_a_model_that_finds_no_answer_is_not_believed_against_a_sure_one(record: Index) -> None:
    answer = answered(record, Says("NOT ON RECORD. The passages do not say."))
    assert answer.note.startswith("The model found no answer in the 2 passages that it was given.")
    assert (answer.outcome, answer.model) == (Outcome.ANSWERED, "extractive")
    check(answer)


def test_a_model_that_finds_no_answer_is_believed_where_none_is_likely(record: Index) -> None:
    answer = answered(record, Says("NOT ON RECORD"), score=0.3)
    assert (answer.outcome, answer.note, answer.citations) == (Outcome.NOT_ON_RECORD, "", ())


def test_where_a_part_was_withheld_the_sentence_that_probably_answers_is_added(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        wire = next(n for n, text in enumerate(passages_in(body), 1) if "No one was killed" in text)
        return Says(f"No one was killed. [{wire}.3]\nSixty-six people were hurt. [{wire}.2]")

    answer = answered(record, script)
    check(answer)
    assert [one.text for one in answer.sentences[:1]] == ["No one was killed."]
    assert len(answer.sentences) == 2
    assert answer.sentences[1].text == answer.sentences[1].citations[0].quote.text
    assert [citation.n for citation in answer.citations] == [1, 2]
    assert "withheld; the last sentence is the articles' own" in answer.note
    # Nothing is added to an answer that an unsure writer knows nothing better for, or that already has it.
    assert len(answered(record, script, score=0.2).sentences) == 1


def test_a_question_far_from_everything_is_not_put_to_the_model(record: Index) -> None:
    with model_server(Says("x")) as server:
        answer = model_flow(record, server, score=0.05).invoke(QUESTION)
        assert server.asked == []
    assert (answer.outcome, answer.note) == (Outcome.NOT_ON_RECORD, "")


def test_a_follow_up_is_restated_by_the_model_and_the_answer_is_written_for_that(record: Index) -> None:
    restated = "How many people did the Lady Wrenna hurt?"
    with model_server(one_after_another(Says(f"“{restated}”\n"), Says("NOT ON RECORD"))) as server:
        *events, done = model_flow(record, server).stream("And how many?", history=before("What is she?"))
        assert "Reader: What is she?" in server.prompts[0]
        assert f"The question: {restated}" in server.prompts[1]
    assert Restated(restated) in events
    assert isinstance(done, Done)
    assert (done.answer.query.text, done.answer.standalone) == ("And how many?", restated)
    assert done.answer.usage["requests"] == 2


@pytest.mark.parametrize("reply", [Fails(400), Says(""), Says("x" * 2000), Says(" \n \n")])
def test_a_follow_up_that_the_model_cannot_restate_is_restated_without_it(
    record: Index, reply: Reply
) -> None:
    with model_server(one_after_another(reply, Says("NOT ON RECORD"))) as server:
        *_, done = model_flow(record, server).stream(
            "And why was it so?", history=before("Did the ferry sink?")
        )
    assert isinstance(done, Done)
    assert done.answer.standalone == "And why was ferry sink so?"


def test_passages_are_given_up_to_the_budget_of_tokens(index: Index) -> None:
    put(
        index,
        *(
            article(f"a{n}", f"The ferry struck pier {n} and nobody was hurt there at all.")
            for n in range(20)
        ),
    )
    with model_server(Says("NOT ON RECORD")) as server:
        model = load_chat_model("scripted", server.url, QUICK)
        flow = AnswerFlow(index, First(), 0.5, model=ModelWriter(model, 100))
        found = next(event for event in flow.stream("Which pier?") if isinstance(event, Found))
        list(flow.stream("Which pier?"))
        given = passages_in(server.asked[-1])
    assert 1 < len(given) < 10
    assert sum(passage.chunk.tokens for passage in found.passages) <= 100


def test_ways_to_name_a_model_that_cannot_work_are_said_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from index.errors import UsageError

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for name, sentence in (
        ("openai:gpt-x", "needs a key: set OPENAI_API_KEY"),
        ("gpt-x", 'must be named as "provider:model"'),
        ("nobody:model", "cannot be used"),
        ("fireworks:llama3", "python -m pip install langchain-fireworks"),
    ):
        with pytest.raises(UsageError, match=re.escape(sentence)):
            load_chat_model(name, "", QUICK)


def test_the_budget_of_passages_is_counted_as_the_models_server_counts(record: Index) -> None:
    passages = record.search(Query(QUESTION), 8)
    assert len(passages) == 2
    with model_server(Says("Nothing.", read=50_000)) as server:
        writer = ModelWriter(load_chat_model("scripted", server.url, QUICK), 200)
        assert len(writer.fitting(passages)) == 2
        reply = writer.write(Query(QUESTION), passages, (), writer.model.budget())
        list(reply.drafts())
        # Its server takes many tokens for what was thought to be few.
        assert len(writer.fitting(passages)) == 1
