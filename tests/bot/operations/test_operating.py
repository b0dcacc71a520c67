"""A bot as its operators meet it: a process with secrets from files, a health port and a log."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.embedding.embedder import Embedder
from index.store import Index
from tests.conftest import article, put
from tests.fakeslack import FakeSlack
from tests.fakeslack.state import APP_TOKEN, BOT_TOKEN

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-c", "from bot.cli.app import main; main()"]
TEXT = "Fourteen people were injured when the ferry Lady Quillfeather struck the north pier on 3 March."
QUESTION = "How many people were injured when the ferry struck the pier?"


class Bot:
    """A running bot."""

    def __init__(self, slack: FakeSlack, home: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name, token in (("bot", BOT_TOKEN), ("app", APP_TOKEN)):
            (folder / name).write_text(f"{token}\n")
        self._log = folder / "log"
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SLACK_", "ONRECORD_"))
            },
            "ONRECORD_HOME": str(home),
            "ONRECORD_LOG": "json",
            "ONRECORD_SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN_FILE": str(folder / "bot"),
            "SLACK_APP_TOKEN_FILE": str(folder / "app"),
        }
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "slack", "--health-port", str(self.port)], stderr=log, stdout=log, env=environment
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def until(self, status: int, path: str = "/healthz") -> str:
        until = time.monotonic() + 60
        while True:
            got, body = self.get(path)
            if got == status:
                return body
            assert time.monotonic() < until, (got, body, self.said)
            assert self.process.poll() is None, self.said
            time.sleep(0.1)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        fake.state.person("U00ADA")
        fake.state.channel("C0000NEWS", "U00ADA")
        yield fake


@pytest.fixture
def record(home: Path, model: Embedder) -> Path:
    Index.create(home)
    with Index(home, model) as index:
        put(index, article("a", TEXT, source="Northshore Wire", published="2026-03-03"))
    return home


def test_health_measurements_and_log_tell_one_story(slack: FakeSlack, record: Path, tmp_path: Path) -> None:
    bot = Bot(slack, record, tmp_path / "first")
    try:
        assert json.loads(bot.until(200))["problems"] == []
        (answer,) = slack.answers("C0000NEWS", slack.mention("U00ADA", "C0000NEWS", QUESTION))
        assert "Fourteen" in answer.shown()
        (logged,) = [line for line in bot.lines if line["logger"] == "onrecord.answers"]
        assert logged["message"] == "A question was answered."
        assert logged["request"]
        measured = bot.until(200, "/metrics")
        assert 'onrecord_answers_total{outcome="answered"} 1.0' in measured
        assert "onrecord_slack_connected 1.0" in measured
        assert "onrecord_record_articles 1.0" in measured

        # Another one by mistake, which must not take the first one's questions.
        second = Bot(slack, record, tmp_path / "second")
        assert second.process.wait(60) == 1
        assert f"process {bot.process.pid} on" in second.lines[-1]["message"]

        # The record of a newer version: as after a roll back.
        with closing(sqlite3.connect(record / "catalog.sqlite3")) as db:
            db.execute("PRAGMA user_version = 999")
        assert "upgrade On Record" in bot.until(503)
        assert "onrecord_record_readable 0.0" in _later(bot, "/metrics", "onrecord_record_readable 0.0")

        assert bot.stop() == 0
        for secret in (BOT_TOKEN, APP_TOKEN, "Quillfeather", "injured"):
            assert secret not in bot.said
    finally:
        bot.process.kill()
        bot.process.wait()


def test_a_wrong_secret_file_ends_the_bot_with_its_name_in_the_log(
    slack: FakeSlack, record: Path, tmp_path: Path
) -> None:
    bot = Bot(slack, record, tmp_path / "first")
    bot.process.kill()
    bot.process.wait()
    (tmp_path / "first" / "bot").write_text("")
    environment = {**os.environ, "ONRECORD_LOG": "json", "ONRECORD_HOME": str(record)}
    environment["SLACK_BOT_TOKEN_FILE"] = str(tmp_path / "first" / "bot")
    ended = subprocess.run([*PROGRAM, "slack"], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "first/bot, which SLACK_BOT_TOKEN_FILE names, is empty." in json.loads(ended.stderr)["message"]


def _later(bot: Bot, path: str, awaited: str) -> str:
    """What is said there once it says so: the record is looked at every few seconds."""
    until = time.monotonic() + 30
    while awaited not in (body := bot.get(path)[1]):
        assert time.monotonic() < until, body
        time.sleep(0.2)
    return body
