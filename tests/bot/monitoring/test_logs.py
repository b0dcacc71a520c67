"""What is logged, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.monitoring import answer_log, logs
from bot.monitoring.observers import observed
from bot.serving.web_server import tell
from bot.types import Cancelled
from index.errors import RecordUnreadable, UsageError
from index.store import Index
from index.types import Query
from tests.conftest import Run, article, put

LOG = logging.getLogger("onrecord.test")
TOKEN = "xoxb-" + "1234567890-abcdefghijklmnop"


class Logged(io.StringIO):
    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def logged() -> Logged:
    stream = Logged()
    logs.set_up("json", {"MODEL_API_KEY": "hunter2hunter2"}, stream)
    return stream


@pytest.fixture
def for_people() -> io.StringIO:
    stream = io.StringIO()
    logs.set_up("people", {"MODEL_API_KEY": "hunter2hunter2"}, stream)
    return stream


def test_a_line_is_an_object_with_its_time_level_and_fields(logged: Logged) -> None:
    LOG.info("Read %d files.", 3, extra={"seconds": 1.5, "withheld": {"no citation": 2}})
    (line,) = logged.lines
    assert (line["level"], line["logger"], line["message"]) == ("info", "onrecord.test", "Read 3 files.")
    assert (line["seconds"], line["withheld"]) == (1.5, {"no citation": 2})
    assert line["time"].endswith("+00:00")


def test_everything_of_a_request_carries_its_id_and_nothing_else_does(logged: Logged) -> None:
    LOG.info("before")
    with logs.request() as id_:
        LOG.info("within")
        copy_context().run(LOG.info, "in another thread or task")
        with logs.request("given"):
            LOG.info("nested")
    LOG.info("after")
    assert [line.get("request") for line in logged.lines] == [None, id_, id_, "given", None]


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "xapp-1-A111-222-abcdef",
        "wss://wss.example/link?ticket=abcdef-12345&app_id=1",
        "Authorization: Bearer abcdefgh.ijklmnop",
        "http://user:correct-horse@chroma.example:8000",
        "sk-proj-abcdefghijkl",
        "Authorization: Basic abcdef0123==",
        "the value of a variable: hunter2hunter2!",
    ],
)
def test_no_secret_is_logged_whoever_logs_it(secret: str, logged: Logged, for_people: io.StringIO) -> None:
    for form, stream in (("json", logged), ("people", for_people)):
        logs.set_up(form, {"MODEL_API_KEY": "hunter2hunter2"}, stream)
        LOG.warning("It said %s", secret, extra={"field": secret, "more": {"deep": secret}})
        logging.getLogger("somebody.else").error(secret)
        try:
            raise RecordUnreadable(secret)
        except RecordUnreadable:
            LOG.exception("failed")
        said = stream.getvalue()
        assert "***" in said
        for hidden in ("abcdef", "hunter2hunter2", "correct-horse"):
            assert hidden not in said


@pytest.mark.parametrize(
    "sentence",
    [
        "SLACK_APP_TOKEN must be an app-level token with the scope connections:write.",
        "It is under Basic Information, App Credentials.",
        "Copy the token again. The basic settings are well.",
    ],
)
def test_sentences_about_tokens_are_left_as_they_are(sentence: str) -> None:
    assert logs.Masking({})(sentence) == sentence


@given(said=st.text(), secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=4, max_size=60))
def test_a_token_is_masked_wherever_it_stands(said: str, secret: str) -> None:
    mask = logs.Masking({})
    assert f"xoxb-{secret}" not in mask(f"{said} xoxb-{secret} {said}")


def test_what_errors_of_libraries_quote_is_not_logged(logged: Logged) -> None:
    """A parser's error may hold the text that it could not read."""
    text = "".join(["Four", "teen people were injured"])
    try:
        raise ValueError(text)
    except ValueError:
        LOG.exception("An article could not be read.")
    (line,) = logged.lines
    assert "ValueError" in line["trace"]
    assert "Fourteen" not in logged.getvalue()


def test_an_error_of_ours_is_told_with_what_led_to_it(logged: Logged) -> None:
    try:
        try:
            raise OSError("disk")
        except OSError as error:
            raise RecordUnreadable("The record cannot be read.") from error
    except RecordUnreadable:
        LOG.exception("failed")
    trace = logged.lines[0]["trace"]
    assert trace.index("OSError") < trace.index("RecordUnreadable: The record cannot be read.")


@given(text=st.text())
def test_one_event_is_one_line_and_commands_no_terminal(text: str) -> None:
    stream = io.StringIO()
    for form in logs.FORMATS:
        handler = logging.StreamHandler(stream)
        handler.setFormatter((logs._Json if form == "json" else logs._ForPeople)(logs.Masking({})))
        handler.handle(logging.makeLogRecord({"msg": "%s", "args": (text,), "name": "x", "field": text}))
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


def test_a_line_has_an_end(logged: Logged) -> None:
    LOG.error("x" * 1_000_000)
    assert len(logged.getvalue()) < 5_000


def test_an_answer_is_logged_without_a_word_of_it(logged: Logged, index: Index) -> None:
    put(index, article("a", "The canary Quillfeather sang at the harbour on Monday.", source="Marsh Gazette"))
    flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), threshold=0)
    with logs.request() as id_:
        list(observed(flow.events(Query("Who sang at the harbour?")), [answer_log.LoggedAnswers()]))
    (line,) = logged.lines
    assert line["request"] == id_
    assert line["message"] in ("A question was answered.", "A question is not on record.")
    assert {"sentences", "citations", "withheld", "score", "writer", "milliseconds"} <= set(line)
    for word in ("Quillfeather", "canary", "harbour", "Marsh Gazette", "sang"):
        assert word not in logged.getvalue()


def test_a_failed_and_a_stopped_answer_are_told_apart(logged: Logged) -> None:
    def failing() -> Iterator[Any]:
        yield from ()
        raise RecordUnreadable("The record is gone.")

    with pytest.raises(RecordUnreadable):
        list(observed(failing(), [answer_log.LoggedAnswers()]))
    stopped = observed(iter([object()]), [answer_log.LoggedAnswers()])  # type: ignore[list-item]
    next(stopped)
    stopped.close()
    failed, ended = logged.lines
    assert (failed["level"], "The record is gone." in failed["message"]) == ("error", True)
    assert (ended["level"], "stopped" in ended["message"]) == ("info", True)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Cancelled(), "An answer was stopped before its end."),
        (UsageError("The question is too long."), "A question could not be asked: The question is too long."),
    ],
)
def test_what_is_nobodys_fault_wakes_nobody(logged: Logged, error: Exception, said: str) -> None:
    def failing() -> Iterator[Any]:
        yield from ()
        raise error

    with pytest.raises(type(error)):
        list(observed(failing(), [answer_log.LoggedAnswers()]))
    (line,) = logged.lines
    assert (line["level"], line["message"]) == ("info", said)


def test_commands_log_their_errors_as_json_where_that_is_set(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_LOG", "json")
    ended = onrecord("ask", "Who?")
    assert ended.code == 1
    line = json.loads(ended.err)
    assert (line["level"], "There is no record" in line["message"]) == ("error", True)


def test_a_wrong_setting_is_said_as_json_too(onrecord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_LOG", "json")
    monkeypatch.setenv("ONRECORD_TRESHOLD", "1")
    assert "did you mean ONRECORD_THRESHOLD?" in json.loads(onrecord("status").err)["message"]


def test_another_format_is_refused(onrecord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_LOG", "xml")
    assert "must be people or json, not 'xml'" in onrecord("status").err


def test_what_a_command_says_to_people_holds_no_secret(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary-of-a-token-0042")
    monkeypatch.setenv("ONRECORD_MODEL_URL", "https://reader:canary-pass@models.example/v1")
    ended = onrecord("ingest", "https://reader:canary-pass@news.example/a", "canary-of-a-token-0042.md")
    told = ended.out + ended.err
    for words in (["status"], ["status", "--json"], ["ask", "canary-of-a-token-0042", "--home", tmp_path]):
        ended = onrecord(*words)
        told += ended.out + ended.err
    assert "news.example" in told or "0042" not in told
    assert "canary" not in told


def test_what_a_server_tells_whoever_runs_it_is_a_line_of_the_log_too(logged: Logged) -> None:
    tell("On Record answers at http://127.0.0.1:1/.")
    (line,) = logged.lines
    assert (line["level"], line["message"]) == ("info", "On Record answers at http://127.0.0.1:1/.")


def test_people_are_told_it_in_plain_words(
    for_people: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    tell("On Record answers at http://127.0.0.1:1/.")
    assert (for_people.getvalue(), capsys.readouterr().err) == (
        "",
        "On Record answers at http://127.0.0.1:1/.\n",
    )
