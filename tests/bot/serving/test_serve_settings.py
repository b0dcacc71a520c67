"""The settings of servers and the file of tokens."""

from typing import Any

import pytest

from bot.serving.settings import ServeSettings, load_serve_settings, read_tokens
from index.errors import UsageError


def test_tokens_come_from_a_file_a_line_each(tmp_path: Any) -> None:
    file = tmp_path / "tokens"
    file.write_text("# of the page\na-token-long-enough\n\n  another-token-of-length \n")
    assert read_tokens(str(file)) == {"a-token-long-enough", "another-token-of-length"}
    assert read_tokens("") == frozenset()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no token"),
        (b"short", "Line 1"),
        (b"two words in one line", "Line 1"),
        (b"\xff\xfe", "is not text"),
    ],
)
def test_a_file_without_good_tokens_is_one_sentence_that_repeats_none(
    tmp_path: Any, content: bytes, said: str
) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=said) as error:
        read_tokens(str(file))
    assert "two words" not in str(error.value)
    with pytest.raises(UsageError, match="cannot be read"):
        read_tokens(str(tmp_path / "none"))


def test_settings_come_from_the_table_and_variables(tmp_path: Any) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text('[serve]\ntokens_file = "tokens"\nhosts = ["answers.example"]\nworkers = 3\n')
    given = load_serve_settings({"ONRECORD_CONFIG": str(file), "ONRECORD_SERVE_WORKERS": "4"})
    assert given == ServeSettings(tokens_file=str(tmp_path / "tokens"), hosts=("answers.example",), workers=4)
    with pytest.raises(UsageError, match="did you mean ONRECORD_SERVE_WORKERS"):
        load_serve_settings({"ONRECORD_SERVE_WORKER": "4"})
