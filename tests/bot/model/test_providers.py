"""Providers' own ways to fail and to stop, told in a sentence: their own clients and APIs, over a real wire.

Providers whose package is not installed are skipped.
"""

import gc
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest

from bot.assembly import try_model
from bot.model.providers import load_chat_model
from bot.model.retry_policy import ModelLimits
from bot.settings import Settings
from index.errors import OnRecordError, WriterError
from tests.bot.model_server import Fails, Hangs, Reply, Says, Script, model_server
from tests.bot.model_wires import WIRES, Wire

# How tidy the providers' clients are is not ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
QUICK = ModelLimits(answer=6.0, first_word=3.0, pause=0.01)


@dataclass(frozen=True)
class Told:
    """What was told: the text or the sentence; after how many requests; tokens read and written."""

    text: str
    requests: int
    tokens: tuple[int, int]
    asked: list[dict[str, Any]]
    warning: str = ""


@pytest.fixture(params=WIRES, ids=lambda wire: wire.name)
def wire(request: pytest.FixtureRequest) -> Wire:
    """Each provider's API, where its client is installed."""
    wire: Wire = request.param
    pytest.importorskip(wire.package, reason=f"{wire.package} is not installed")
    return wire


@pytest.fixture
def told(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Callable[[Script | Reply], Told]:
    """Asks a server that speaks the provider's own API, by the provider's own client."""

    def ask(reply: Script | Reply) -> Told:
        with model_server(reply, wire=wire) as server:
            for name, value in wire.environment(server.url.removesuffix("/v1")).items():
                monkeypatch.setenv(name, value)
            model = load_chat_model(f"{wire.name}:scripted", "", QUICK)
            budget = model.budget()
            messages = [("system", "Rules."), ("human", "Who struck the pier? " * 100)]
            try:
                text = "".join(model.stream(messages, budget))
            except OnRecordError as error:
                text = str(error)
            return Told(
                text, len(server.asked), (budget.tokens_in, budget.tokens_out), server.asked, budget.warning
            )

    return ask


Asks = Callable[[Script | Reply], Told]


def test_a_reply_and_its_tokens_are_read(told: Asks) -> None:
    said = told(Says("The ferry struck the pier.", read=700))
    assert said.text == "The ferry struck the pier."
    assert said.tokens == (700, 6)


@pytest.mark.parametrize(
    ("status", "sentence", "requests"),
    [
        (400, "did not accept the request (400): Said by the server.", 1),
        (401, "refused the key (401)", 1),
        (402, "did not accept the request (402): Said by the server.", 1),
        (404, "does not know the model, or its URL is wrong (404)", 1),
        (413, "did not accept the request (413): Said by the server.", 1),
        (429, "overloaded or its quota is used up (429)", 3),
        (529, "failed (529)", 3),
    ],
)
def test_a_status_is_told_in_a_sentence_and_asked_again_where_that_may_help(
    told: Asks, status: int, sentence: str, requests: int
) -> None:
    said = told(Fails(status, message="Said by the server."))
    assert sentence in said.text
    assert said.requests == requests


def test_a_page_instead_of_a_reply_is_told_and_nothing_is_warned_of(
    told: Asks, capfd: pytest.CaptureFixture[str]
) -> None:
    assert (
        "no reply that can be read"
        in told(Fails(200, {"Content-Type": "text/html"}, "<html>Hello</html>")).text
    )
    gc.collect()
    assert capfd.readouterr().err == ""


def test_a_connection_that_breaks_is_told_as_such(told: Asks) -> None:
    assert "broke" in told(Says("The ferry struck", resets=True)).text


def test_a_model_that_takes_no_temperature_is_asked_without_one(told: Asks) -> None:
    def strict(body: dict[str, Any]) -> Reply:
        return (
            Fails(400, message="Unsupported value: 'temperature' does not support 0.")
            if '"temperature": 0.0' in json.dumps(body)
            else Says("The ferry.")
        )

    said = told(strict)
    assert said.text == "The ferry."
    assert said.requests == 2
    assert '"temperature": 0.0' in json.dumps(said.asked[0])


def test_of_two_questions_at_once_each_is_asked_without_the_temperature_that_a_model_does_not_take(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_asked = Barrier(2, timeout=5)

    def strict(body: dict[str, Any]) -> Reply:
        if '"temperature": 0.0' not in json.dumps(body):
            return Says("The ferry.")
        both_asked.wait()
        return Fails(400, message="Unsupported value: 'temperature' does not support 0.")

    with model_server(strict, wire=wire) as server, ThreadPoolExecutor() as threads:
        for name, value in wire.environment(server.url.removesuffix("/v1")).items():
            monkeypatch.setenv(name, value)
        model = load_chat_model(f"{wire.name}:scripted", "", QUICK)
        asking = [
            threads.submit(lambda: "".join(model.stream([("human", "Who?")], model.budget())))
            for _ in range(2)
        ]
        assert [one.result() for one in asking] == ["The ferry."] * 2


def test_a_prompt_that_ollama_cut_is_told_and_the_reply_kept(told: Asks, wire: Wire) -> None:
    said = told(Says("The ferry.", read=210))
    assert said.text == "The ferry."
    # Other servers refuse what is too long, and may count as they like.
    assert ("read only 210 of at least" in said.warning) is (wire.name == "ollama")


def test_a_server_that_counts_nothing_is_believed(told: Asks) -> None:
    assert told(Says("The ferry.", counts=False)).text == "The ferry."


def test_a_reply_that_ends_early_is_told_with_its_reason(told: Asks, wire: Wire) -> None:
    said = told(Says("The ferry struck the pier.", finish=wire.at_limit))
    assert "stopped at its limit of tokens" in said.text
    if wire.withheld:
        said = told(Says("The ferry struck the pier.", finish=wire.withheld))
        assert f"withheld the reply ({wire.withheld.lower().replace('_', ' ')})" in said.text


def test_ollama_is_told_how_long_its_context_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_ollama", reason="langchain_ollama is not installed")
    wire = next(wire for wire in WIRES if wire.name == "ollama")
    with model_server(Says("The ferry."), wire=wire) as server:
        url = server.url.removesuffix("/v1")
        model = load_chat_model("ollama:scripted", url, QUICK, context=5000)
        list(model.stream([("human", "Who?")], model.budget()))
        assert server.asked[0]["options"]["num_ctx"] == 5000


def test_a_prompt_that_google_blocks_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("langchain_google_genai", reason="langchain_google_genai is not installed")
    wire = next(wire for wire in WIRES if wire.name == "google_genai")
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 5}}
    reply = Fails(200, {"Content-Type": "text/event-stream"}, f"data: {json.dumps(blocked)}\n\n")
    with model_server(reply, wire=wire) as server:
        monkeypatch.setenv("GOOGLE_API_KEY", "none")
        model = load_chat_model("google_genai:scripted", server.url.removesuffix("/v1"), QUICK)
        with pytest.raises(WriterError, match=r"withheld the reply \(safety\)"):
            list(model.stream([("human", "Who?")], model.budget()))
    assert capfd.readouterr().err == ""


def test_words_of_a_server_cannot_command_a_terminal_or_fill_it() -> None:
    with model_server(Fails(400, message="\x1b[2Jgone\n" + "x" * 5000)) as server:
        model = load_chat_model("scripted", server.url, QUICK)
        with pytest.raises(WriterError) as told:
            list(model.stream([("human", "Well?")], model.budget()))
    assert "\x1b" not in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 500


def test_waiting_is_ours_and_the_client_has_no_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S", "0.2")
    with model_server(Hangs()) as server:
        model = load_chat_model("scripted", server.url, QUICK)
        with pytest.raises(WriterError, match="first_word_seconds"):
            list(model.stream([("human", "Well?")], model.budget()))
        assert len(server.asked) == 1


def test_doctor_asks_the_model_for_a_word(tmp_path: Any) -> None:
    with model_server(Says("yes")) as server:
        told = try_model(Settings(home=tmp_path, model="scripted", model_url=server.url))
        assert told.startswith("scripted wrote a first word after ")
    with model_server(Fails(401)) as server, pytest.raises(WriterError, match="refused the key"):
        try_model(Settings(home=tmp_path, model="scripted", model_url=server.url))
