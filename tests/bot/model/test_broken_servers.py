"""However a model's server fails: the reader is told, and gets the articles' own words."""

import time
from typing import Any

import pytest

from bot.model.retry_policy import ModelLimits
from bot.types import (
    Done,
    Noted,
    Outcome,
)
from index.store import Index
from tests.bot.model.answering import FERRY, LEDGER, QUESTION, QUICK, answered, check, mark, model_flow
from tests.bot.model_server import (
    Fails,
    Hangs,
    Reply,
    Says,
    Script,
    model_server,
    one_after_another,
)

pytestmark = pytest.mark.slow


BROKEN: dict[str, tuple[Script | Reply, str]] = {
    "hangs": (Hangs(), "did not begin to answer within 1.5 s"),
    "one byte at a time": (Says("word " * 40, size=1, pause=0.1), "did not finish within 3 s"),
    "429": (Fails(429), "overloaded"),
    "429 with a long wait": (Fails(429, {"Retry-After": "120"}), "it asks to wait 120 s"),
    "500": (Fails(500), "The model's server failed (500)."),
    "503 with a page": (Fails(503, {"Content-Type": "text/html"}, "<html>busy</html>"), "failed (503)"),
    "401": (Fails(401), "refused the key"),
    "404": (Fails(404), "does not know the model"),
    "400": (Fails(400), "did not accept the request"),
    "reset at once": (Says("", resets=True), "broke the connection"),
    "reset in a sentence": (Says("The ferry struck the", resets=True), "broke the connection"),
    "empty": (Says(""), "The model wrote nothing."),
    "not a stream": (Fails(200, {}, '{"answer": 42}'), "no reply that can be read"),
    "rubbish": (Fails(200, {"Content-Type": "text/event-stream"}, "data: {{{\n\n"), "no reply that can"),
    "ten megabytes": (Says("The ferry. " * 950_000, size=1_000_000), "could be verified"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_whatever_the_server_does_the_reader_gets_a_word_and_the_articles_own_words(
    record: Index, kind: str
) -> None:
    reply, word = BROKEN[kind]
    started = time.monotonic()
    answer = answered(record, reply)
    # A server that hangs would hold it for good; how long a busy machine takes is not tried here.
    assert time.monotonic() - started < QUICK.answer + 30
    check(answer)
    assert word in answer.note
    assert answer.outcome is Outcome.ANSWERED
    assert answer.sentences[0].text in FERRY.text + LEDGER.text
    assert answer.model == "extractive"


def test_nobody_home_is_said_too(record: Index) -> None:
    with model_server(Hangs()) as server:
        pass
    answer = model_flow(record, server).invoke(QUESTION)
    assert "cannot be reached" in answer.note
    assert answer.outcome is Outcome.ANSWERED


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0.2"}, {"retry-after-ms": "100"}])
def test_a_busy_server_is_asked_again_no_sooner_than_it_wishes(
    record: Index, headers: dict[str, str]
) -> None:
    started = time.monotonic()
    answer = answered(
        record, one_after_another(Fails(429, headers), Fails(503, headers), Says("NOT ON RECORD")), score=0.3
    )
    wished = sum(float(v) / (1000 if "ms" in k else 1) for k, v in headers.items()) * 2
    assert time.monotonic() - started >= wished
    assert answer.usage["requests"] == 3
    assert (answer.outcome, answer.note) == (Outcome.NOT_ON_RECORD, "")


def test_what_was_shown_before_a_break_stays_with_a_word_that_it_may_lack_its_end(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        said = mark("Fourteen people were hurt")(body)
        assert isinstance(said, Says)
        return Says(said.text + "\nAnd the pi", resets=True)

    with model_server(script) as server:
        *_, noted, done = model_flow(record, server).stream(QUESTION)
        assert len(server.asked) == 1
    assert isinstance(noted, Noted)
    assert isinstance(done, Done)
    assert noted.text == done.answer.note
    assert noted.text.startswith("This answer may lack its end.")
    assert len(done.answer.sentences) == 1
    check(done.answer)


def test_a_model_that_keeps_failing_is_left_alone_and_then_tried_again(record: Index) -> None:
    script = one_after_another(*[Says("", resets=True)] * 2, Says("NOT ON RECORD"))
    with model_server(script) as server:
        flow = model_flow(record, server, ModelLimits(answer=3, failures=2, rest=0.5, attempts=1), score=0.3)
        notes = [flow.invoke(QUESTION).note for _ in range(4)]
        assert len(server.asked) == 2
        assert "broke the connection" in notes[1]
        assert "failed 2 times in a row and is left alone" in notes[2]
        time.sleep(0.6)
        assert flow.invoke(QUESTION).note == ""
        assert flow.invoke(QUESTION).note == ""
        assert len(server.asked) == 4


@pytest.mark.parametrize("reply", [Fails(401), Fails(400), Says("The pier", finish="content_filter")])
def test_questions_that_a_server_refuses_keep_nobody_else_from_asking(record: Index, reply: Reply) -> None:
    with model_server(one_after_another(*[reply] * 3, Says("NOT ON RECORD"))) as server:
        flow = model_flow(record, server, ModelLimits(answer=3, failures=2, rest=60), score=0.3)
        assert all(flow.invoke(QUESTION).note for _ in range(3))
        assert flow.invoke(QUESTION).note == ""
        assert len(server.asked) == 4


def test_a_server_that_is_back_and_refuses_one_question_is_asked_the_next(record: Index) -> None:
    script = one_after_another(*[Says("", resets=True)] * 2, Fails(400), Says("NOT ON RECORD"))
    with model_server(script) as server:
        limits = ModelLimits(answer=3, failures=2, rest=2.0, attempts=1)
        flow = model_flow(record, server, limits, score=0.3)
        assert all("broke the connection" in flow.invoke(QUESTION).note for _ in range(2))
        time.sleep(2.1)
        assert "did not accept the request" in flow.invoke(QUESTION).note
        assert flow.invoke(QUESTION).note == ""
