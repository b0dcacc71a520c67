"""Settings: where they come from, and that a mistake in them is never passed over."""

from pathlib import Path

import pytest

from bot.settings import SETTINGS, Settings, load_settings
from index.errors import UsageError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_hold_where_nothing_is_set() -> None:
    settings = load_settings({})
    assert settings.home == Path("~/.onrecord").expanduser()
    assert set(settings.origins.values()) == {"default"}


def test_the_command_line_beats_the_environment_which_beats_the_file(elsewhere: Path) -> None:
    (elsewhere / "onrecord.toml").write_text("threshold = 0.1\npassages = 3\nhome = 'here'\n")
    settings = load_settings({"ONRECORD_THRESHOLD": "0.2", "ONRECORD_PASSAGES": "4"}, threshold=0.3)
    assert (settings.threshold, settings.passages) == (0.3, 4)
    assert settings.home == elsewhere / "here"
    assert settings.origins["threshold"] == "command line"
    assert settings.origins["passages"] == "ONRECORD_PASSAGES"
    assert settings.origins["home"] == "onrecord.toml"


def test_a_file_may_begin_with_a_byte_order_mark(elsewhere: Path) -> None:
    (elsewhere / "onrecord.toml").write_text("threshold = 0.1\n", encoding="utf-8-sig")
    assert load_settings({}).threshold == 0.1


def test_a_choice_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="encoder from .* must be auto or onnx-int8 or onnx or torch"):
        load_settings({"ONRECORD_ENCODER": "gpu"})


def test_a_file_elsewhere_is_named_by_a_variable_and_means_paths_from_where_it_is(elsewhere: Path) -> None:
    (elsewhere / "etc").mkdir()
    file = elsewhere / "etc" / "settings.toml"
    file.write_text("home = 'record'\n")
    assert load_settings({"ONRECORD_CONFIG": str(file)}).home == elsewhere / "etc" / "record"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("treshold = 0.1", "treshold in onrecord.toml is not a setting; did you mean threshold?"),
        ("colour = 'red'", "colour in onrecord.toml is not a setting; there are home,"),
        ("threshold = 2", "threshold from onrecord.toml must be a number from 0 to 1, not 2."),
        ("threshold = true", "threshold from onrecord.toml must be a number"),
        ("passages = 2.5", "passages from onrecord.toml must be a whole number from 1 to 100, not 2.5."),
        ("passages = []", "passages from onrecord.toml must be a whole number"),
        ("home = 3", "home from onrecord.toml must be text, not 3."),
        ("home = ''", "home from onrecord.toml must be text"),
        ("model_url = 'box:8000'", "model_url from onrecord.toml must be an address such as http://"),
        ("home", "The settings file onrecord.toml is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(elsewhere: Path, written: str, sentence: str) -> None:
    (elsewhere / "onrecord.toml").write_text(written)
    with pytest.raises(UsageError) as caught:
        load_settings({})
    assert str(caught.value).startswith(sentence)


def test_a_file_that_is_no_text_or_no_file_is_named(elsewhere: Path) -> None:
    (elsewhere / "onrecord.toml").write_bytes(b"threshold = 0.5\n# caf\xe9\n")
    with pytest.raises(UsageError, match=r"onrecord.toml is not UTF-8 in line 2; save it as UTF-8\."):
        load_settings({})
    (elsewhere / "onrecord.toml").unlink()
    (elsewhere / "onrecord.toml").mkdir()
    with pytest.raises(UsageError, match="onrecord.toml cannot be read: Is a directory"):
        load_settings({})


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(
        UsageError, match="ONRECORD_HOEM in the environment is not a setting; did you mean ONRECORD_HOME"
    ):
        load_settings({"ONRECORD_HOEM": "/x"})


def test_variables_that_name_the_file_or_are_for_benchmarks_are_no_settings(elsewhere: Path) -> None:
    (elsewhere / "else.toml").write_text("passages = 3")
    assert load_settings({"ONRECORD_CONFIG": "else.toml"}).passages == 3
    assert load_settings({"ONRECORD_BENCH_DATA": "x"}).passages == 8
    with pytest.raises(UsageError, match="ONRECORD_CONFIG_FILE in the environment is not a setting"):
        load_settings({"ONRECORD_CONFIG_FILE": "x"})


def test_a_secret_that_does_not_fit_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({}, vectors_headers=["Authorization: Bearer k3y"])
    assert "k3y" not in str(caught.value)


def test_a_variable_that_is_not_a_number_is_an_error() -> None:
    with pytest.raises(UsageError, match="passages from ONRECORD_PASSAGES must be a whole number"):
        load_settings({"ONRECORD_PASSAGES": "many"})


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UsageError, match="The settings file nowhere.toml cannot be read"):
        load_settings({"ONRECORD_CONFIG": "nowhere.toml"})


def test_every_setting_has_its_help() -> None:
    assert set(SETTINGS) == set(Settings.__dataclass_fields__) - {"origins"}
    assert all(setting.help for setting in SETTINGS.values())
