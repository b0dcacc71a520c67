"""The API as programs for OpenAI's models meet it."""

import json
from typing import Any

import pytest
from openai import OpenAI

from index.store import Index
from tests.bot.http.client import api, post, request
from tests.bot.serving.doors import QUESTION
from tests.conftest import article, put


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


def test_a_choice_to_stream_is_true_or_false(url: str) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    status, _, read = request(url, "POST", "/v1/chat/completions", {"messages": messages, "stream": "no"})
    assert status == 400
    assert "stream must be true or false" in json.loads(read)["error"]["message"]


def test_a_stream_that_fails_unforeseen_says_so_and_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        msg = "secret detail"
        raise ValueError(msg)

    monkeypatch.setattr("bot.http.chat_completions.shown_answer", broken)
    messages = [{"role": "user", "content": QUESTION}]
    _, _, read = request(url, "POST", "/v1/chat/completions", {"messages": messages, "stream": True})
    *_, failed, done, _ = read.decode().split("\n\n")
    assert "in the log as request" in json.loads(failed.removeprefix("data: "))["error"]["message"]
    assert done == "data: [DONE]"
    assert "secret" not in read.decode()


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
