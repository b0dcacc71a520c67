"""The API as programs meet it: over a real wire, with good requests and with bad ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from bot.http.app import API, build_app
from bot.http.openapi import document
from bot.http.state import WAITING, State
from bot.monitoring.metrics import Metrics
from bot.serving.guard import Access
from bot.settings import Settings
from index.store import Index
from tests.bot.http.client import EVENTS, api, events, post, request
from tests.bot.model.answering import LEDGER
from tests.bot.model.attacks import ATTACKS, obedient
from tests.bot.model_server import model_server
from tests.bot.serving.doors import FERRY, NOWHERE, OPEN, QUESTION, at_port, service_of
from tests.conftest import WordEmbedder, article, put


def fits(schema: str, value: Any) -> None:
    whole = document()
    validator = Draft202012Validator({**whole, "$ref": f"#/components/schemas/{schema}"})
    assert not [error.message for error in validator.iter_errors(value)]


def test_an_answer_as_json_has_each_quote_at_its_place(url: str) -> None:
    answer = post(url, "/v1/ask", {"question": QUESTION})
    assert answer["status"] == "answered"
    for citation in answer["citations"]:
        assert FERRY.text[citation["start"] : citation["end"]] == citation["quote"]
    fits("Answer", answer)


def test_what_is_not_on_record_says_so_and_names_the_nearest(url: str) -> None:
    answer = post(url, "/v1/ask", {"question": NOWHERE})
    assert answer["status"] == "not_on_record"
    assert answer["refusal"].startswith("Not on record: ")
    assert answer["nearest"][0]["article_id"] == "ferry"
    fits("Answer", answer)


def test_an_answer_as_events_comes_sentence_by_sentence_and_then_whole(url: str) -> None:
    status, headers, read = request(url, "POST", "/v1/ask", {"question": QUESTION}, **EVENTS)
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    told = events(read)
    assert [name for name, _ in told] == ["found", "sentence", "answer"]
    sentence, answer = told[1][1], told[2][1]
    assert sentence["text"] == answer["sentences"][0]["text"]
    assert sentence["citations"][0] == answer["citations"][0]
    fits("Answer", answer)


def test_limits_of_days_and_outlets_hold(url: str) -> None:
    given = {"question": QUESTION, "since": "2026-03-04"}
    assert post(url, "/v1/ask", given)["status"] == "not_on_record"
    given = {"question": QUESTION, "source": ["northshore wire"], "until": "2026-03-03"}
    assert post(url, "/v1/ask", given)["status"] == "answered"


def test_a_page_fits_the_day_on_which_it_was_last_updated(index: Index) -> None:
    put(index, replace(FERRY, published="2019-05-01", updated="2026-03-12"))
    with api(index) as url:
        for since in ("2026-03-12", "2019-05-01"):
            assert post(url, "/v1/ask", {"question": QUESTION, "since": since})["status"] == "answered"
        assert (
            post(url, "/v1/ask", {"question": QUESTION, "since": "2026-03-13"})["status"] == "not_on_record"
        )
        asked = post(url, "/v1/ask", {"question": "What struck the north pier in March 2026?"})
        assert (asked["status"], asked["read"]) == ("answered", "published or updated 1–31 March 2026")
        overview = json.loads(request(url, "GET", "/v1/record")[2])
        assert (overview["first"], overview["last"]) == ("2019-05-01", "2026-03-12")


def test_passages_are_found(url: str) -> None:
    found = post(url, "/v1/search", {"query": "north pier", "limit": 1})
    assert [passage["article_id"] for passage in found["passages"]] == ["ferry"]
    fits("Passages", found)


def test_what_is_null_has_its_default(url: str) -> None:
    plain = post(url, "/v1/search", {"query": "north pier"})
    given = {"query": "north pier", "limit": None, "since": None, "source": None, "literally": None}
    assert post(url, "/v1/search", given) == plain
    assert post(url, "/v1/ask", {"question": QUESTION, "conversation": None})["status"] == "answered"


def test_an_article_is_given_whole_or_by_a_window(url: str) -> None:
    whole = json.loads(request(url, "GET", "/v1/articles/ferry")[2])
    assert whole["text"] == FERRY.text
    window = json.loads(request(url, "GET", "/v1/articles/ferry?offset=60&characters=20")[2])
    assert window["text"] == FERRY.text[window["start"] : window["end"]]
    assert window["start"] <= 60 < window["end"]
    for one in (whole, window):
        fits("Article", one)


def test_what_is_on_record_can_be_asked(url: str) -> None:
    overview = json.loads(request(url, "GET", "/v1/record")[2])
    assert overview["outlets"]["Northshore Wire"] == 1
    assert overview["first"] == "2026-03-03"
    fits("Record", overview)


def test_every_route_is_in_the_document_and_no_other(url: str) -> None:
    served = json.loads(request(url, "GET", "/openapi.json")[2])
    assert served == document()
    told = {(path, method.upper()) for path, methods in served["paths"].items() for method in methods}
    assert told == {(path, method) for path, method, _ in API}
    Draft202012Validator.check_schema(served["components"]["schemas"]["Answer"])


def test_health_and_measurements_are_shown(url: str, record: Index) -> None:
    status, _, read = request(url, "GET", "/healthz")
    assert (status, json.loads(read)["problems"]) == (200, [])
    families = text_string_to_metric_families(request(url, "GET", "/metrics")[2].decode())
    names = {sample.name for family in families for sample in family.samples}
    assert {WAITING, "onrecord_record_articles"} <= names


def test_a_follow_up_leans_on_its_conversation_until_that_is_forgotten(url: str) -> None:
    leaning = {"question": "And what did it strike?", "conversation": "c1"}
    post(url, "/v1/ask", {"question": "Who was hurt on the ferry Lady Wrenna?", "conversation": "c1"})
    assert "Wrenna" in post(url, "/v1/ask", leaning)["standalone"]
    assert "standalone" not in post(url, "/v1/ask", {**leaning, "conversation": "c2"})
    assert request(url, "DELETE", "/v1/conversations/c1")[0] == 204
    assert "standalone" not in post(url, "/v1/ask", leaning)


def test_the_next_question_sees_a_refresh(url: str, record: Index) -> None:
    assert post(url, "/v1/ask", {"question": NOWHERE})["status"] == "not_on_record"
    put(record, article("chess", "Ada Fenwick won the chess tournament in Lisbon on Sunday."))
    assert post(url, "/v1/ask", {"question": NOWHERE})["status"] == "answered"


WRONG = (
    (b"", "The body is not JSON"),
    (b"{broken", "The body is not JSON"),
    (b"\xff\xfe{}", "The body is not JSON"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"question": "a", "source": "\\ud800"}', "characters that are no text"),
    ([], "must be a JSON object"),
    ({}, "A question must be text"),
    ({"question": 5}, "A question must be text"),
    ({"question": ""}, "The question is empty"),
    ({"question": "a" * 100_000}, "characters long"),
    ({"question": "a", "since": "soon"}, "write it as 2026-03-12"),
    ({"question": "a", "since": 5}, "write it as 2026-03-12"),
    ({"question": "a", "source": {"a": 1}}, "A source must be"),
    ({"question": "a", "conversation": "a b"}, "A conversation's id"),
    ({"question": "a", "conversation": ["a"]}, "A conversation's id"),
    ({"question": "a", "conversation": False}, "A conversation's id"),
    ({"question": "a", "literally": "false"}, "literally must be true or false"),
    ({"question": "a", "querry": "b"}, "'querry' in the body is not a field of this request"),
)


@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["json", "events"])
def test_what_is_wrong_with_a_question_is_one_sentence_with_its_status(
    url: str, headers: dict[str, str]
) -> None:
    for body, said in WRONG:
        status, _, read = request(url, "POST", "/v1/ask", body, **headers)
        assert status == 400, body
        assert said in json.loads(read)["error"]["message"]
        fits("Error", json.loads(read))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/v1/search", {"query": "a", "limit": 0}, 400, "limit must be a whole number from 1 to 100"),
        ("POST", "/v1/search", {"query": "a", "limit": True}, 400, "limit must be a whole number"),
        ("POST", "/v1/search", {"question": "a"}, 400, "is not a field"),
        ("GET", "/v1/articles/none", None, 404, "There is no article 'none'"),
        ("GET", "/v1/articles/ferry?offset=-1", None, 400, "offset must be"),
        ("GET", "/v1/articles/ferry?characters=x", None, 400, "characters must be"),
        ("GET", "/v1/articles/..%2f..%2fetc%2fpasswd", None, 404, "There is no"),
        ("GET", "/v1/ask", None, 405, "There is no such path or method"),
        ("GET", "/nowhere", None, 404, "There is no such path or method"),
        ("DELETE", "/v1/conversations/a%20b", None, 400, "A conversation's id"),
    ],
)
def test_what_there_is_not_is_said(
    url: str, method: str, path: str, body: Any, status: int, said: str
) -> None:
    got, _, read = request(url, method, path, body)
    assert got == status
    assert said in json.loads(read)["error"]["message"]


def test_without_a_record_it_is_said_what_to_do(home: Path, words: WordEmbedder) -> None:
    with service_of(home, words) as service:
        state = State(Settings(home=home), service, Metrics(home))
        with at_port(build_app(service, state, Access(OPEN))) as url:
            for path, body in (("/v1/ask", {"question": "Who?"}), ("/v1/search", {"query": "a"})):
                status, _, read = request(url, "POST", path, body)
                assert status == 503
                assert "run `onrecord ingest PATH` first" in json.loads(read)["error"]["message"]
            assert json.loads(request(url, "GET", "/v1/record")[2])["articles"] == 0


@pytest.mark.slow
def test_nothing_unverified_leaves_by_any_form_with_a_model_that_obeys_articles(index: Index) -> None:
    bad = [
        article(f"bad{n}", f"{FERRY.text} {attack}", source="Attacked") for n, attack in enumerate(ATTACKS)
    ]
    articles = {one.id: one for one in (LEDGER, *bad)}
    put(index, *articles.values())
    asked = "How many people were hurt when the ferry struck the pier?"
    with (
        model_server(obedient) as model,
        api(index, model="openai:obedient", model_url=model.url, passages=20) as url,
    ):
        answer = post(url, "/v1/ask", {"question": asked})
        told = events(request(url, "POST", "/v1/ask", {"question": asked}, **EVENTS)[2])
        chat = post(url, "/v1/chat/completions", {"messages": [{"role": "user", "content": asked}]})
    streamed = [data for name, data in told if name == "sentence"]
    assert len(model.asked) == 3
    for one in (answer, told[-1][1], chat["onrecord"]):
        assert one["withheld"]
        assert all(set(withheld) == {"reason"} for withheld in one["withheld"])
        assert all(sentence["citations"] for sentence in one["sentences"])
    for citation in [*answer["citations"], *(c for sentence in streamed for c in sentence["citations"])]:
        stored = articles[citation["article_id"]].text
        assert stored[citation["start"] : citation["end"]] == citation["quote"]
    assert [sentence["text"] for sentence in streamed] == [one["text"] for one in told[-1][1]["sentences"]]
