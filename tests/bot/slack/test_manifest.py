"""The app's manifest, against Slack's published schema for manifests of version 2, and what the bot uses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.slack.scopes import EVENTS, NEEDED, WANTED

SCHEMA = json.loads((Path(__file__).parent / "schema" / "manifest.schema.2.0.0.json").read_text())
FILE = Path(__file__).parents[3] / "deploy" / "slack" / "manifest.yaml"


@pytest.fixture
def manifest() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return made


def test_the_manifest_keeps_the_rules_of_slacks_schema(manifest: dict[str, Any]) -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(manifest)] == []
    assert manifest["_metadata"]["major_version"] == 2


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information.name", "x" * 36),
        ("display_information.long_description", "too short"),
        ("features.agent_view.agent_description", "x" * 301),
        ("features.assistant", {}),
        ("settings.event_subscriptions.bot_events", ["app_mention", "app_mention"]),
    ],
)
def test_the_rules_find_what_is_wrong(manifest: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    inner = manifest
    for key in way:
        inner = inner[key]
    inner[last] = value
    assert list(Draft7Validator(SCHEMA).iter_errors(manifest))


def test_it_asks_for_all_that_the_bot_uses_and_nothing_else(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {*NEEDED, *WANTED}
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    (shortcut,) = manifest["features"]["shortcuts"]
    assert (shortcut["callback_id"], shortcut["type"]) == ("ask_about", "message")
    (command,) = manifest["features"]["slash_commands"]
    assert re.fullmatch(r"/onrecord", command["command"])
