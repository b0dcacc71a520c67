"""Many who ask at once, and who goes away before the answer."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.http import server_sent_events
from bot.http.app import build_app
from bot.http.state import State
from bot.monitoring.metrics import Metrics
from bot.serving.guard import Access
from bot.serving.settings import ServeSettings
from bot.settings import Settings
from index.store import Index
from tests.bot.http.client import EVENTS, api, post, request, until
from tests.bot.model_server import Fails, Hangs, model_server
from tests.bot.serving.doors import FERRY, OPEN, QUESTION, at_port, service_of
from tests.conftest import put


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
        # On a busy machine it may not have been asked yet.
        until(lambda: model.asked)
        answer.close()
        connection.close()
        assert model.left.wait(60)
