"""The settings of the Slack bot."""

from datetime import date
from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.slack.settings import load_slack_settings
from index.errors import UsageError


def settings(tmp_path: Path, text: str, **variables: str) -> object:
    file = tmp_path / "onrecord.toml"
    file.write_text(text)
    return load_slack_settings({"ONRECORD_CONFIG": str(file), **variables})


def test_a_channel_has_what_holds_everywhere_and_its_own(tmp_path: Path) -> None:
    made = settings(
        tmp_path,
        '[slack]\nescalate = "C0000DESK"\nusers = ["U1A", "U2B"]\n'
        '[slack.channel.C0000NEWS]\nsince = 2026-01-01\nsources = ["Wire"]\nauto_read = true\n',
        ONRECORD_SLACK_WORKERS="4",
        ONRECORD_SLACK_USERS="U3C, U4D",
    )
    assert made.users == ("U3C", "U4D")  # type: ignore[attr-defined]
    assert made.workers == 4  # type: ignore[attr-defined]
    news = made.of("C0000NEWS")  # type: ignore[attr-defined]
    assert (news.since, news.sources, news.auto_read, news.escalate) == (
        date(2026, 1, 1),
        ("Wire",),
        True,
        "C0000DESK",
    )
    assert made.of("C0000ELSE").auto_read is False  # type: ignore[attr-defined]


def test_a_workspace_has_what_holds_everywhere_and_its_own_and_so_do_its_channels(tmp_path: Path) -> None:
    made = settings(
        tmp_path,
        '[slack]\nfollow_ups = false\nworkers = 4\n[slack.workspace.T0000WIRE]\nhome = "wire"\n'
        "[slack.channel.C0000NEWS]\nprivate = true\n",
    )
    wire, other = made.of_workspace("T0000WIRE"), made.of_workspace("T000OTHER")  # type: ignore[attr-defined]
    assert (wire.workers, other.workers) == (4, 4)
    assert wire.everywhere.home == wire.of("C0000NEWS").home == Path("wire").resolve()
    assert other.everywhere.home is None
    assert [one.of("C0000NEWS").private for one in (wire, other)] == [True, True]
    assert [one.everywhere.follow_ups for one in (wire, other)] == [False, False]
    assert made.may_install == {"T0000WIRE"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[slack]\nworker = 3\n", "worker in [slack] in .* is not a setting; did you mean workers?"),
        ("[slack]\nworkers = 0\n", "workers from .* must be a whole number from 1 to 64, not 0"),
        ('[slack]\nusers = ["ada"]\n', "users from .* must be a list, each a user id such as U0123456789"),
        ("[slack]\nguests = 3\n", "guests from .* must be true or false"),
        ("[slack.channel.news]\nprivate = true\n", "must be a table named by a channel id"),
        ("[slack.workspace.wire]\nprivate = true\n", "must be a table named by a workspace id"),
        ("[slack.channel.C0000NEWS]\nworkers = 3\n", "workers in .* is not a setting"),
        ('[slack]\napi_url = "http://slack.example/"\n', "api_url from .* must be an https address"),
        ("slack = 3\n", r"slack in .* must be a table"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("[slack] in", r"\[slack\] in")):
        settings(tmp_path, text)


def test_a_misspelt_variable_is_an_error() -> None:
    with pytest.raises(UsageError, match="did you mean ONRECORD_SLACK_GUESTS"):
        load_slack_settings({"ONRECORD_CONFIG": "", "ONRECORD_SLACK_GUEST": "true"})


def test_the_main_settings_leave_the_table_alone(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text("passages = 3\n[slack]\nworkers = 3\n")
    made = load_settings({"ONRECORD_CONFIG": str(file), "ONRECORD_SLACK_USERS": "U1A"})
    assert made.passages == 3
