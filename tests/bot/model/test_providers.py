"""Providers' own ways to fail and to stop, told in a sentence over a real wire."""

import json
from typing import Any

import pytest

from bot.assembly import try_model
from bot.model.chat_model import ModelBudget, _check_end, load_chat_model
from bot.model.errors import translate_error
from bot.model.retry_policy import ModelLimits
from bot.settings import Settings
from index.errors import OnRecordError, WriterBusy, WriterError
from tests.bot.model_server import Fails, Hangs, Reply, Says, model_server

QUICK = ModelLimits(answer=3.0, first_word=1.0, pause=0.01)


def said(reply: Reply) -> str:
    """What the model wrote, or the sentence about what went wrong."""
    with model_server(reply) as server:
        model = load_chat_model("scripted", server.url, QUICK)
        try:
            return "".join(model.stream([("human", "Well?")], model.budget()))
        except OnRecordError as error:
            return str(error)


TOO_LONG = "This model's maximum context length is 4096 tokens; your prompt has 9000."


@pytest.mark.parametrize("told", [TOO_LONG, "Unsupported parameter: temperature", "The content was filtered"])
def test_a_400_is_told_in_the_servers_own_words(told: str) -> None:
    body = json.dumps({"error": {"message": told, "type": "invalid_request_error"}})
    assert (
        said(Fails(400, body=body))
        == f"The model's server did not accept the request (400): {told.rstrip('.')}."
    )


def test_words_of_a_server_cannot_command_a_terminal_or_fill_it() -> None:
    body = json.dumps({"error": {"message": "\x1b[2Jgone\n" + "x" * 5000}})
    told = said(Fails(400, body=body))
    assert "\x1b" not in told
    assert "\n" not in told
    assert len(told) < 500


class GoogleCause(Exception):
    """As google-genai's ClientError: the status is its `code`."""

    def __init__(self, code: int) -> None:
        self.code = code


@pytest.mark.parametrize(
    ("code", "sentence", "kind"),
    [
        (401, "refused the key (401)", WriterError),
        (404, "does not know the model", WriterError),
        (429, "overloaded", WriterBusy),
        (503, "failed (503)", WriterBusy),
        (400, "did not accept the request (400)", WriterError),
    ],
)
def test_a_status_that_only_the_cause_has_is_read(code: int, sentence: str, kind: type) -> None:
    error = ValueError("wrapped")
    error.__cause__ = GoogleCause(code)
    told = translate_error(error)
    assert sentence in str(told)
    assert type(told) is kind


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("length", "stopped at its limit of tokens"),
        ("max_tokens", "stopped at its limit of tokens"),
        ("content_filter", "withheld the reply (content filter)"),
        ("safety", "withheld the reply (safety)"),
    ],
)
def test_a_reply_that_ends_early_is_told_with_its_reason(reason: str, sentence: str) -> None:
    with pytest.raises(WriterError) as told:
        _check_end(ModelBudget(0.0, ended=reason))
    assert sentence in str(told.value)


@pytest.mark.parametrize("reason", ["", "stop", "end_turn"])
def test_a_reply_that_ends_by_itself_is_whole(reason: str) -> None:
    _check_end(ModelBudget(0.0, ended=reason))


def test_the_reason_to_stop_comes_over_the_wire() -> None:
    assert "stopped at its limit of tokens" in said(Says("The ferry struck the pier.", finish="length"))


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
