"""`onrecord chat`, and `ask` with a model, as somebody at a terminal meets them."""

import io
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations import Conversations, Turn
from bot.types import Outcome
from tests.bot.model_server import Fails, Hangs, Says, model_server, one_after_another
from tests.conftest import Run

ARTICLE = """---
title: Ferry strikes north pier
source: Northshore Wire
published: 2026-03-03
url: https://northshorewire.example/ferry
---
The ferry Lady Wrenna struck the north pier on Tuesday.
Fourteen people were injured when the ferry struck the pier.
The ferry is operated by Corvane Ferries, which has run the service since 2011.
"""
QUESTION = "How many people were injured when the ferry struck the pier?"
GOOD = 'According to Northshore Wire, 14 people were injured. [1: "Fourteen people were injured"]\n'


@pytest.fixture
def asked(onrecord: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A record with one article, and no key in the environment."""
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "ferry.md").write_text(ARTICLE)
    assert onrecord("ingest", "ferry.md").code == 0
    return onrecord


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_chat_answers_follows_up_and_shows_its_sources(
    asked: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    typed(
        monkeypatch,
        QUESTION,
        "Who operates it?",
        "/sources",
        "/nonsense",
        "/sorces",
        "/open 1",
        "/open 9",
        "Help",
        "open 1",
        "/new",
        "/sources",
        "exit",
        QUESTION,
    )
    ended = asked("chat")
    assert ended.code == 0
    assert "Fourteen people were injured" in ended.out
    assert "Read as: Who operates " in ended.err
    assert "[1] “" in ended.out.split("› /sources")[1]
    assert "There is no command /nonsense" in ended.err
    assert "There is no command /sorces; did you mean /sources?" in ended.err
    assert ended.out.split("› /open 1\n")[1].startswith("https://northshorewire.example/ferry\n")
    assert ended.out.split("› open 1\n")[1].startswith("https://northshorewire.example/ferry\n")
    assert "Which? The last answer has 1" in ended.err
    assert "/sources  show the quotes of the last answer" in ended.err
    assert "There are no sources yet." in ended.err
    assert ended.out.count(QUESTION) == 1
    assert Conversations(home).turns("terminal") == ()


def test_a_conversation_can_be_resumed_and_is_else_forgotten(
    asked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, QUESTION)
    asked("chat")
    typed(monkeypatch, "/sources")
    resumed = asked("chat", "--resume")
    assert "[1] “" in resumed.out
    assert f"› {QUESTION}" in resumed.err
    typed(monkeypatch, "/sources")
    assert "[1] “" not in asked("chat").out


def test_a_resumed_chat_forgets_its_turns_older_than_30_days_and_none_of_slack(
    asked: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    threads = Conversations(home)
    for thread in ("terminal", "slack T1 C1 1.0"):
        for days in (31, 29):
            at = datetime.now(UTC) - timedelta(days=days)
            threads.add(thread, Turn(str(days), "Who?", "Who?", "Ada.", Outcome.ANSWERED, at))
    typed(monkeypatch)
    assert asked("chat", "--resume").code == 0
    assert [turn.key for turn in threads.turns("terminal")] == ["29"]
    assert [turn.key for turn in threads.turns("slack T1 C1 1.0")] == ["31", "29"]


def test_a_chat_with_a_model_streams_what_is_true_and_says_what_was_withheld(
    asked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = GOOD + 'The mayor resigned. [1: "The mayor has resigned"]\n'
    replies = Says(said), Says("Which company operates the ferry?"), Fails(400)
    with model_server(one_after_another(*replies)) as server:
        monkeypatch.setenv("ONRECORD_MODEL", "scripted")
        monkeypatch.setenv("ONRECORD_MODEL_URL", server.url)
        typed(monkeypatch, QUESTION, "And who operates it?")
        ended = asked("chat", "--verbose")
    assert "According to Northshore Wire, 14 people were injured. [1]" in ended.out
    assert "    [1] “Fourteen people were injured when the ferry struck the pier.”" in ended.out
    assert "resigned" not in ended.out
    assert "Withheld, quote not found: The mayor resigned." in ended.err
    assert "input tokens 1,000" in ended.err
    assert "Read as: Which company operates the ferry?" in ended.err
    assert "did not accept the request (400): scripted. Without it, only the articles' own words" in ended.err
    assert "The ferry is operated by Corvane Ferries" in ended.out


def test_ask_names_its_model_its_cost_and_what_was_withheld_in_json(asked: Run) -> None:
    with model_server(Says(GOOD + "And so on.")) as server:
        (Path.cwd() / "onrecord.toml").write_text(f'model_url = "{server.url}"\n')
        answer = asked("ask", QUESTION, "--model", "scripted", "--json").json
    assert answer["model"] == "scripted"
    assert answer["usage"]["input_tokens"] == 1000
    assert answer["withheld"] == [{"text": "And so on.", "reason": "no citation"}]
    assert {"model", "first word"} <= set(answer["timings"])
    quotes = [citation["quote"] for citation in answer["citations"]]
    assert quotes == ["Fourteen people were injured when the ferry struck the pier."]


def test_a_missing_key_is_said_before_anything_is_searched(asked: Run) -> None:
    ended = asked("ask", QUESTION, "--model", "openai:gpt-x")
    assert (ended.code, ended.out) == (2, "")
    assert "needs a key: set OPENAI_API_KEY" in ended.err


def test_ctrl_c_stops_the_answer_and_keeps_the_chat(asked: Run, home: Path) -> None:
    with model_server(one_after_another(Hangs(), Says(GOOD))) as server:
        chat = subprocess.Popen(
            [sys.executable, "-c", "from bot.cli.app import main; main()", "chat"],
            env={**os.environ, "ONRECORD_MODEL": "scripted", "ONRECORD_MODEL_URL": server.url},
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert chat.stdin is not None
        chat.stdin.write(f"{QUESTION}\n")
        chat.stdin.flush()
        until = time.monotonic() + 60
        while not server.asked and time.monotonic() < until:
            time.sleep(0.05)
        chat.send_signal(signal.SIGINT)
        assert server.left.wait(60)
        out, err = chat.communicate(f"{QUESTION}\n/quit\n", timeout=60)
    assert chat.returncode == 0, err
    assert "Stopped." in err
    assert "14 people were injured. [1]" in out
