"""`onrecord mcp` as a process: on stdin and stdout, over HTTP, and for Slackbot alone."""

import asyncio
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from bot.slack.signature import SignatureCheck
from index.embedding.embedder import Embedder
from index.store import Index
from tests.bot.serving.doors import FERRY, NOWHERE, QUESTION
from tests.conftest import Run, put
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, environment
from tests.fakeslack.state import SIGNING_SECRET

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ferry(model: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record made with the real model."""
    home = tmp_path_factory.mktemp("mcp") / "record"
    Index.create(home)
    with Index(home, model) as index:
        put(index, FERRY)
    return home


def variables(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return {**kept, "ONRECORD_HOME": str(home)}


def test_an_agent_asks_on_stdin_and_stdout(ferry: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"

    async def session() -> None:
        program = StdioServerParameters(command=ONRECORD, args=["mcp"], env=variables(ferry))
        with log.open("w") as errors:
            async with Client(stdio_client(program, errlog=errors)) as client:
                assert "ask" in [tool.name for tool in (await client.list_tools()).tools]
                answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
                assert answer["sentences"][0]["text"].endswith("struck the north pier on Tuesday.")
                refused = await client.call_tool("ask", {"question": NOWHERE})
                assert refused.structured_content["status"] == "not_on_record"

    asyncio.run(session())
    # Counts and times are logged beside it, and no question.
    assert "A question was answered" in log.read_text()
    assert "pier" not in log.read_text()


def test_lines_that_are_no_messages_end_nothing_and_a_signal_ends_all_though_the_client_stays(
    ferry: Path,
) -> None:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    fetch = {"name": "fetch", "arguments": {"id": "a"}}
    lines = [
        "{broken",
        "[]",
        '{"jsonrpc": "2.0", "id": 1, "method": "no/such"}',
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "initialize", "params": about}),
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        json.dumps({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": fetch}),
    ]
    program = subprocess.Popen(
        [ONRECORD, "mcp"], env=variables(ferry), text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert program.stdin
    assert program.stdout
    program.stdin.write("\n".join(lines) + "\n")
    program.stdin.flush()
    answered: dict[Any, Any] = {}
    while 3 not in answered:
        answer = json.loads(program.stdout.readline())
        answered[answer.get("id")] = answer
    assert "error" in answered[1]
    assert "There is no article 'a'" in answered[3]["result"]["content"][0]["text"]
    program.send_signal(signal.SIGINT)
    rest, said = program.communicate(timeout=20)
    assert program.returncode == 0
    assert rest == ""
    assert "Traceback" not in said


def test_the_end_of_input_ends_it(onrecord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        ended = onrecord("mcp")
    assert (ended.code, ended.out) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["--http", "--host", "0.0.0.0"], {}, "others could ask without a token"),
        (["--http"], {"ONRECORD_SERVE_TOKENS_FILE": "none"}, "The file of tokens none cannot be read"),
        ([], {"ONRECORD_SERVE_WORKERS": "0"}, "must be a whole number from 1 to 64"),
        (["--slack"], {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ended = onrecord("mcp", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1


@contextmanager
def slackbot(home: Path, slack: FakeSlack, log: Path) -> Iterator[str]:
    """Where Slackbot finds the tools."""
    given = {**environment(slack, home, guests=False), "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    with log.open("w") as out:
        program = subprocess.Popen(
            [ONRECORD, "mcp", "--http", "--slack", "--port", "0"], env=given, stdout=out, stderr=out
        )
    try:
        end = time.monotonic() + 60
        while "Stop with Ctrl-C" not in (said := log.read_text()):
            assert program.poll() is None, said
            assert time.monotonic() < end
            time.sleep(0.05)
        yield next(word for word in said.split() if word.startswith("http://"))
    finally:
        program.terminate()
        assert program.wait(20) == 0
    assert "Traceback" not in log.read_text()
    assert "xoxb-" not in log.read_text()


def test_slackbot_asks_for_those_alone_who_may_ask_the_bot(ferry: Path, tmp_path: Path) -> None:
    with FakeSlack() as slack:
        slack.state.person("U00ADA")
        slack.state.person("U0GUEST", is_restricted=True)
        slack.state.person("U0ALIEN", team_id="T0000000002", is_stranger=True)
        with slackbot(ferry, slack, tmp_path / "log") as url:
            status, body = signed(url, "tools/list", {})
            assert status == 200
            assert "ask" in [tool["name"] for tool in body["result"]["tools"]]
            asked = {"name": "ask", "arguments": {"question": QUESTION}}
            given = {"user_id": "U00ADA", "team_id": "T0000000001"}
            _, body = signed(url, "tools/call", {**asked, "_meta": {"slack": given}})
            assert body["result"]["structuredContent"]["status"] == "answered"
            for about, said in (
                ({"user_id": "U0GUEST", "team_id": "T0000000001"}, "not set up to answer guests"),
                ({"user_id": "U0ALIEN", "team_id": "T0000000002"}, "people of this organisation"),
                ({"user_id": "U0NOBODY", "team_id": "T0000000001"}, "people whom I can look up"),
                ({"user_id": "U00ADA"}, "did not say for whom"),
                ({"user_id": {"a": 1}, "team_id": 5}, "did not say for whom"),
                ("U00ADA", "did not say for whom"),
            ):
                _, body = signed(url, "tools/call", {**asked, "_meta": {"slack": about}})
                assert body["result"]["isError"]
                assert said in body["result"]["content"][0]["text"]
            # Who is named counts for nothing where Slack did not sign it.
            call = {**asked, "_meta": {"slack": given}}
            assert signed(url, "tools/call", call, secret="0" * 32)[0] == 401
            assert signed(url, "tools/call", call, at=time.time() - 600)[0] == 401
            assert signed(url, "tools/call", call, stamp="soon")[0] == 401
            assert signed(url, "tools/call", call, signature="v0=é")[0] == 401


def signed(
    url: str,
    method: str,
    params: dict[str, Any],
    secret: str = SIGNING_SECRET,
    at: float | None = None,
    stamp: str = "",
    signature: str = "",
) -> tuple[int, Any]:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    stamp = stamp or str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or f"v0={digest}",
    }
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request("POST", "/mcp", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_signature_is_looked_for_by_any_spelling_of_its_name() -> None:
    check, stamp = SignatureCheck(SIGNING_SECRET), str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:x".encode(), hashlib.sha256).hexdigest()
    given = {"X-SLACK-REQUEST-TIMESTAMP": stamp, "x-Slack-Signature": f"v0={digest}"}
    assert check(b"x", given)
    assert not check(b"y", given)
    assert not check(b"x", {})
