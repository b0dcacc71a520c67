"""Starting, checking and being called: what an operator meets."""

import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.slack.tokens import tokens_of
from index.errors import UsageError
from tests.bot.slack.conftest import free_port
from tests.conftest import Run
from tests.fakeslack import FakeSlack, deliveries
from tests.fakeslack.process import ONRECORD, Bot, environment
from tests.fakeslack.server import Fault
from tests.fakeslack.state import SIGNING_SECRET
from tests.fakeslack.trials import CHANNEL

pytestmark = pytest.mark.slow

Start = Callable[..., Bot]


def run(slack: FakeSlack, home: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    given = {**environment(slack, home), **variables}
    given = {name: value for name, value in given.items() if value}
    ended = subprocess.run(
        [ONRECORD, *arguments], env=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "xoxb-fake" not in ended.stdout + ended.stderr
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-another"}, "does not know the token"),
        ({"SLACK_APP_TOKEN": "xapp-another"}, "must be an app-level token with the scope connections:write"),
        ({"ONRECORD_SLACK_WORKSPACES": "T0000000009"}, "not among `workspaces`"),
        ({"ONRECORD_SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack cannot be reached"),
    ],
)
def test_what_keeps_the_bot_from_starting_is_one_sentence(
    slack: FakeSlack,
    home: Path,
    onrecord: Run,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    said: str,
) -> None:
    for name, value in {**environment(slack, home), **variables}.items():
        monkeypatch.setenv(name, value)
    ended = onrecord("slack")
    assert ended.code in (1, 2)
    assert ended.out == ""
    assert said in ended.err
    assert "xoxb-fake" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1, ended.err


@pytest.mark.parametrize(
    ("given", "http", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1-a"}, False, "SLACK_BOT_TOKEN does not begin with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_CLIENT_ID": "1.2"}, False, "SLACK_CLIENT_SECRET is not set"),
        (
            {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "a", "SLACK_BOT_TOKEN": "xoxb-1"},
            True,
            "keep one",
        ),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, True, "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"}, True, "is no signing secret"),
    ],
)
def test_each_token_that_is_missing_or_another_is_named(given: dict[str, str], http: bool, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        tokens_of(given, http=http)


def test_the_doctor_says_which_scopes_are_missing_and_what_is_lost(slack: FakeSlack, record: Path) -> None:
    slack.state.scopes = "chat:write,app_mentions:read"
    code, out, _ = run(slack, record, "doctor", "--slack", ONRECORD_SLACK_ESCALATE="C00000NONE")
    assert code == 1
    assert "FAIL  Slack scopes: missing: im:history (direct messages do not reach me)" in out
    assert "FAIL  Slack escalate: C00000NONE cannot be reached (channel_not_found)" in out
    slack.state.scopes = type(slack.state)().scopes
    code, out, _ = run(slack, record, "doctor", "--slack", ONRECORD_SLACK_API_URL="http://127.0.0.1:9/api/")
    assert code == 1
    assert "ok    Slack settings" in out
    assert "FAIL  Slack: Slack cannot be reached at http://127.0.0.1:9/api/" in out
    code, out, _ = run(slack, record, "doctor", "--slack", "--json")
    found = {check["name"]: check for check in json.loads(out)["checks"]}
    assert code == 0, out
    assert found["Slack bot token"]["well"]
    assert found["Slack app token"]["said"] == "Socket Mode is on"
    assert found["Slack scopes"]["said"] == "all there"
    assert found["Slack blocks"]["said"] == "Slack takes every kind of message and window"
    assert len([call for call in slack.state.calls if call.method == "blocks.validate"]) >= 6
    slack.faults.append(Fault("blocks.validate", "invalid_view"))
    code, out, _ = run(slack, record, "doctor", "--slack", ONRECORD_SLACK_READ_FILES="true")
    assert code == 1
    assert "missing: files:read (attached files cannot be read, as `read_files` says)" in out
    assert "FAIL  Slack blocks: Slack would not take an answer (invalid_view at /)" in out


def test_over_http_only_signed_requests_are_taken_and_answers_come(
    slack: FakeSlack, record: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr("tests.fakeslack.process.APP_TOKEN", "")
    real = environment(slack, record)
    monkeypatch.setattr(
        "tests.fakeslack.process.environment",
        lambda *_, **__: {**real, "SLACK_SIGNING_SECRET": SIGNING_SECRET},
    )
    bot = start(None, "--http", "--port", str(port))
    url = f"http://127.0.0.1:{port}/slack/events"
    slack.until(lambda: "On Record answers" in bot.said() or bot.process.poll() is not None)
    challenge = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert post(url, challenge, signed(challenge)) == 200
    assert post(url, challenge, signed(challenge, secret="0" * 32)) == 401
    assert post(url, challenge, signed(challenge, moment=time.time() - 600)) == 401
    assert post(url, challenge, {**signed(challenge), "X-Slack-Request-Timestamp": "yesterday"}) == 401
    assert post(url, challenge, {}) == 401
    garbage = {"X-Slack-Request-Timestamp": str(int(time.time())), "Content-Type": "application/json"}
    assert post(url, b"{", garbage) == 401
    assert post(url, b"{", signed(b"{")) == 400
    assert " ERROR " not in bot.said()
    assert post(url, b"x" * 3_000_000, signed(b"x" * 3_000_000)) == 413
    ts = slack.said(CHANNEL, "U00ADA", "q", "").ts
    inner = deliveries.mention(CHANNEL, "U00ADA", "<@U0000000BOT> Why did Sheinbaum refuse the troops?", ts)
    body = json.dumps(deliveries.event(slack.state, inner)).encode()
    for _ in range(3):
        assert post(url, body, signed(body)) == 200
    slack.answers(CHANNEL, ts)
    slack.quiet()
    assert len(slack.state.replies(CHANNEL, ts)) == 1
    assert "Traceback" not in bot.said()


def signed(body: bytes, secret: str = SIGNING_SECRET, moment: float = 0.0) -> dict[str, str]:
    stamp = str(int(moment or time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/json",
    }


def post(url: str, body: bytes, headers: dict[str, Any]) -> int:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_environment_of_these_tests_has_no_tokens_of_its_own() -> None:
    assert not [name for name in os.environ if name.startswith("SLACK_")]
