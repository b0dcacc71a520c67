"""The API as programs meet it: over a real wire, with good requests and with bad ones."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from openai import OpenAI
from prometheus_client.parser import text_string_to_metric_families

from bot.http import server_sent_events
from bot.http.app import API, OPEN_PATHS, build_app
from bot.http.openapi import document
from bot.http.state import WAITING, State
from bot.monitoring.metrics import Metrics
from bot.serving.guard import Access
from bot.serving.settings import ServeSettings
from bot.settings import Settings
from index.store import Index
from tests.bot.model.answering import LEDGER
from tests.bot.model.attacks import ATTACKS, obedient
from tests.bot.model_server import Fails, Hangs, model_server
from tests.bot.serving.doors import FERRY, NOWHERE, OPEN, QUESTION, at_port, service_of
from tests.conftest import WordEmbedder, article, put

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("http") / "record"
    Index.create(home)
    with Index(home, WordEmbedder()) as opened:
        put(opened, FERRY)
        yield opened


@pytest.fixture(scope="module")
def url(record: Index) -> Iterator[str]:
    with api(record) as address:
        yield address


@contextmanager
def api(index: Index, **settings: Any) -> Iterator[str]:
    """The address of the API over a record."""
    metrics = Metrics(index.home)
    with service_of(index.home, index.embedder, **settings) as service:
        app = build_app(
            service, State(Settings(home=index.home), service, metrics), Access(OPEN, open_paths=OPEN_PATHS)
        )
        with at_port(app) as address:
            yield address


def request(
    url: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    try:
        connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    assert b"Traceback" not in read
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read


def post(url: str, path: str, body: Any, **headers: str) -> Any:
    status, _, read = request(url, "POST", path, body, **headers)
    assert status == 200, read
    return json.loads(read)


def events(read: bytes) -> list[tuple[str, Any]]:
    found = re.findall(r"(?m)^event: (\S+)\ndata: (.*)\n\n", read.decode())
    return [(name, json.loads(data)) for name, data in found]


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


def test_passages_are_found(url: str) -> None:
    found = post(url, "/v1/search", {"query": "north pier", "limit": 1})
    assert [passage["article_id"] for passage in found["passages"]] == ["ferry"]
    fits("Passages", found)


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


def test_fifty_ask_at_once_and_each_is_answered(url: str) -> None:
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: post(url, "/v1/ask", {"question": QUESTION}), range(50)))
    assert {answer["sentences"][0]["text"] for answer in answers} == {answers[0]["sentences"][0]["text"]}


@pytest.mark.slow
def test_beyond_what_may_wait_one_is_turned_away_with_a_word(index: Index) -> None:
    put(index, FERRY)
    serving = ServeSettings(workers=1, queue=1)
    with (
        model_server(lambda _: Hangs()) as model,
        service_of(index.home, index.embedder, serving, model="openai:slow", model_url=model.url) as service,
        at_port(
            build_app(service, State(Settings(home=index.home), service, Metrics(index.home)), Access(OPEN))
        ) as url,
        ThreadPoolExecutor(2) as threads,
    ):
        for _ in range(2):
            threads.submit(lambda: request(url, "POST", "/v1/ask", {"question": QUESTION}))
        until(lambda: service.waiting == 2)
        status, headers, read = request(url, "POST", "/v1/ask", {"question": QUESTION})
        until(lambda: len(model.asked) == 1)
        model.script = lambda _: Fails(400)
        model.stopping.set()
    assert status == 429
    assert headers["retry-after"]
    assert "Too many questions" in json.loads(read)["error"]["message"]


@pytest.mark.slow
@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["json", "events"])
def test_who_goes_away_stops_the_model(index: Index, headers: dict[str, str]) -> None:
    put(index, FERRY)
    with (
        model_server(lambda _: Hangs()) as model,
        api(index, model="openai:slow", model_url=model.url) as url,
    ):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        body = json.dumps({"question": QUESTION})
        connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json", **headers})
        until(lambda: model.asked)
        connection.close()
        assert model.left.wait(60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": QUESTION}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "stream": True}),
    ],
)
def test_a_stream_is_kept_alive_while_a_model_thinks_and_closing_it_stops_the_model(
    index: Index, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    monkeypatch.setattr(server_sent_events, "KEEP_ALIVE", 0.05)
    put(index, FERRY)
    with (
        model_server(lambda _: Hangs()) as model,
        api(index, model="openai:slow", model_url=model.url) as url,
    ):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **EVENTS})
        answer = connection.getresponse()
        told = 0
        while told < 2:
            line = answer.readline()
            assert line, "the stream ended"
            told += line == b": still at it\n"
        answer.close()
        connection.close()
        assert model.left.wait(60)


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


@pytest.mark.slow
def test_programs_that_know_openai_use_it_as_a_model(url: str) -> None:
    with OpenAI(base_url=f"{url}/v1", api_key="none") as client:
        assert [model.id for model in client.models.list()] == ["onrecord"]
        reply = client.chat.completions.create(
            model="onrecord", messages=[{"role": "user", "content": QUESTION}]
        )
        text = reply.choices[0].message.content or ""
        assert "struck the north pier" in text
        assert "[1]" in text
        assert "id ferry" in text
        stream = client.chat.completions.create(
            model="onrecord",
            stream=True,
            stream_options={"include_usage": True},
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Who was hurt on the ferry Lady Wrenna?"},
                {"role": "assistant", "content": "Fourteen people were hurt."},
                {"role": "user", "content": [{"type": "text", "text": "And what did it strike?"}]},
            ],
        )
        chunks = list(stream)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert "pier" in streamed
    assert chunks[-1].usage is not None
    assert "Wrenna" in next(c for c in chunks if c.model_extra).model_extra["onrecord"]["standalone"]


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        "Who?",
        [{"role": "system", "content": "x"}],
        [{"role": "user", "content": 5}],
        [5],
        [{"content": "x"}],
    ],
)
def test_messages_that_are_no_conversation_are_one_sentence(url: str, messages: Any) -> None:
    status, _, read = request(url, "POST", "/v1/chat/completions", {"messages": messages})
    assert status == 400
    assert "messages" in json.loads(read)["error"]["message"]


def test_words_of_articles_become_no_markup_where_markdown_is_shown(index: Index) -> None:
    text = "The *harbour* ![x](http://evil.example/p) <img src=x> [click](javascript:1) opened on Monday."
    put(index, article("bad", text, title="# [t](http://evil.example)"))
    with api(index) as url:
        chat = post(
            url,
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "When did the harbour open?"}]},
        )
    shown = chat["choices"][0]["message"]["content"]
    assert "opened on Monday" in shown
    assert "![" not in shown
    assert "](" not in shown
    assert "<img" not in shown
    assert "http://" not in shown


def until(true: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
