"""Secrets from files."""

from pathlib import Path

import pytest

from bot.secret_files import read_secrets
from index.errors import UsageError
from tests.conftest import Run


def test_a_variable_takes_what_its_file_holds(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1\n")
    environment = {
        "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token"),
        "OTHER_FILE": "/nowhere",
        "X_API_KEY_FILE": "",
    }
    read_secrets(environment)
    assert environment["SLACK_BOT_TOKEN"] == "xoxb-1"
    assert set(environment) == {"SLACK_BOT_TOKEN", "OTHER_FILE", "X_API_KEY_FILE"}


def test_the_address_of_a_database_may_come_from_a_file_since_it_may_hold_a_password(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("postgresql://press:hunter2@db/news\n")
    environment = {"ONRECORD_CATALOG_FILE": str(tmp_path / "address")}
    read_secrets(environment)
    assert environment == {"ONRECORD_CATALOG": "postgresql://press:hunter2@db/news"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"one\ntwo", "more than one line"),
        (b"a" * 20_000, "more than one line"),
        (b"\xff\xfe", "is not text"),
    ],
)
def test_a_wrong_file_is_named_and_its_content_is_not(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(UsageError, match=said) as raised:
        read_secrets({"SLACK_APP_TOKEN_FILE": str(tmp_path / "token")})
    assert "SLACK_APP_TOKEN_FILE" in str(raised.value)
    assert "two" not in str(raised.value)


def test_both_ways_at_once_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1")
    with pytest.raises(UsageError, match="both set"):
        read_secrets({"SLACK_BOT_TOKEN": "x", "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})


def test_a_missing_file_ends_a_command_with_a_sentence(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "/nowhere/token")
    ended = onrecord("status")
    assert (ended.code, "cannot be read: No such file" in ended.err) == (2, True)
