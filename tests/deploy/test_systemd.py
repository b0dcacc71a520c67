"""The systemd units."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.commands import assert_command

pytestmark = pytest.mark.slow

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = ("onrecord-bot.service", "onrecord-ingest.service", "onrecord-serve.service")
MOST_EXPOSED = 2.0


def section(unit: str, name: str) -> dict[str, list[str]]:
    """The settings of a section, each with its values in order."""
    parsed = RawConfigParser(strict=False, dict_type=dict)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    text = (UNITS / unit).read_text(encoding="utf-8")
    part = re.split(rf"^\[{name}\]$", text, flags=re.MULTILINE)[1].split("\n[")[0]
    found: dict[str, list[str]] = {}
    for line in part.splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("unit", SERVICES)
def test_what_is_started_exists(unit: str) -> None:
    (command,) = section(unit, "Service")["ExecStart"]
    program, *words = command.split()
    assert program.endswith("/onrecord")
    assert_command(words)


@pytest.mark.parametrize("unit", SERVICES)
def test_secrets_come_as_credentials_and_never_in_the_unit(unit: str) -> None:
    service = section(unit, "Service")
    handed = {value.split(":")[0] for value in service.get("LoadCredential", [])}
    for value in service["Environment"]:
        variable, is_ = value.split("=", 1)
        if re.search(r"TOKEN|SECRET|KEY|PASSWORD", variable):
            assert variable.endswith("_FILE")
            assert is_.removeprefix("%d/") in handed


def test_the_timer_starts_the_ingest() -> None:
    assert "OnUnitInactiveSec" in section("onrecord-ingest.timer", "Timer")
    assert section("onrecord-ingest.service", "Service")["Type"] == ["oneshot"]
    assert section("onrecord-ingest.timer", "Install")["WantedBy"] == ["timers.target"]


def test_all_services_have_the_same_user_and_record() -> None:
    for key in ("User", "Group", "StateDirectory", "ProtectSystem"):
        assert len({tuple(section(unit, "Service")[key]) for unit in SERVICES}) == 1


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_finds_little_exposed(unit: str) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNITS / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in ended.stderr:
        pytest.skip("this systemd-analyze cannot look at files")
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", ended.stdout)
    assert found, ended.stderr
    assert float(found[1]) <= MOST_EXPOSED


def test_systemd_can_read_the_units(tmp_path: Path) -> None:
    """Beside a stand-in for the program, whose absence it would report."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for path in UNITS.glob("onrecord-*"):
        text = path.read_text(encoding="utf-8").replace("/opt/onrecord/.venv/bin/onrecord", "/bin/true")
        (tmp_path / path.name).write_text(text.replace("User=onrecord", "User=root"))
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in ended.stderr.splitlines() if "onrecord" in line]
    assert not ours, ours
