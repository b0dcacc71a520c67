"""Rules and dashboard: what they ask for is measured, and what they advise exists."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.kept_answers.metrics import FOUND, KEPT
from bot.monitoring.metrics import RECORD, RUNS, Metrics
from bot.slack.health_server import SHOWN
from tests.deploy.commands import assert_command

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
RULES: list[dict[str, Any]] = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text())
_METRIC = re.compile(r"\b(?:onrecord|process)_\w+")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every name that a server would see, those that need a record or Slack included."""
    metrics = Metrics(tmp_path_factory.mktemp("home"))
    metrics.withheld.labels("x").inc()
    metrics.seconds.labels("total").observe(1)
    text = metrics.exposition().decode()
    names = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    return (
        names | set(RECORD) | set(KEPT) | set(RUNS) | {FOUND} | {f"onrecord_slack_{name}" for name in SHOWN}
    )


def dashboard_expressions() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return panels + [one["expr"] for one in DASHBOARD["annotations"]["list"]]


def test_everything_that_the_rules_ask_for_is_measured(measured: set[str]) -> None:
    for rule in RULES:
        assert set(_METRIC.findall(rule["expr"])) <= measured, rule["alert"]


def test_everything_that_the_dashboard_shows_is_measured(measured: set[str]) -> None:
    shown = set(_METRIC.findall(" ".join(dashboard_expressions())))
    assert len(shown) > 10
    assert shown <= measured


def test_what_is_measured_of_our_own_is_shown_or_watched(measured: set[str]) -> None:
    said = " ".join([*dashboard_expressions(), *(rule["expr"] for rule in RULES)])
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in measured if "onrecord_" in name}
    # When Slack last sent anything is for people who look; silence at night is no illness.
    unused = {name for name in ours if name not in said} - {"onrecord_slack_last_event_timestamp_seconds"}
    assert not unused


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_rule_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["for"]
    assert rule["labels"]["severity"] in ("page", "ticket")
    for part in ("summary", "meaning", "remedy"):
        assert rule["annotations"][part].rstrip().endswith(".")
    for command in re.findall(r"`onrecord ([^`]+)`", rule["annotations"]["remedy"]):
        assert_command(command.split())


def test_panels_are_told_apart_and_explained() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["description"] for panel in panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_promtool_reads_the_rules() -> None:
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed")
    ended = subprocess.run(
        ["promtool", "check", "rules", str(MONITORING / "alerts.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
