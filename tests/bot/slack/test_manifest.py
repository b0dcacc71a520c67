"""The app's manifest, against the rules of Slack's published schema for manifests of version 2.

The schema (slackapi/manifest-schema, 2.0.0) is on no package registry, so the parts of it that a manifest
like ours touches are written down here: which keys there are, and how long and how many their values may be.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.slack.scopes import EVENTS, NEEDED, WANTED


def text(most: int, least: int = 1, pattern: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string", "minLength": least, "maxLength": most}
    return {**made, "pattern": pattern} if pattern else made


def table(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Any, most: int, least: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, "minItems": least, **more}


TRUTH = {"type": "boolean"}
NUMBER = {"type": "integer"}
URL = text(3500, pattern="^https?://")
SCHEMA = table(
    ("display_information",),
    _metadata=table(major_version=NUMBER, minor_version=NUMBER),
    display_information=table(
        ("name",),
        name=text(35),
        description=text(140),
        background_color=text(7, 4, "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
        long_description=text(4000, 175),
    ),
    features=table(
        app_home=table(
            home_tab_enabled=TRUTH, messages_tab_enabled=TRUTH, messages_tab_read_only_enabled=TRUTH
        ),
        bot_user=table(("display_name",), display_name=text(80), always_online=TRUTH),
        slash_commands=array(
            table(
                ("command", "description"),
                command=text(32, 2, "^/"),
                url=text(3000, pattern="^https?://"),
                description=text(2000),
                usage_hint=text(1000),
                should_escape=TRUTH,
            ),
            50,
            1,
        ),
        agent_view=table(
            agent_description=text(300, 0),
            suggested_prompts=array(
                table(("title", "message"), title={"type": "string"}, message={"type": "string"}), 4
            ),
            actions=array(
                table(("name", "description"), name={"type": "string"}, description={"type": "string"}), 100
            ),
        ),
    ),
    oauth_config=table(
        redirect_urls=array(text(2500), 1000, uniqueItems=True),
        scopes=table(bot=array(text(50), 255), user=array(text(50), 255)),
    ),
    settings=table(
        event_subscriptions=table(
            request_url=URL,
            bot_events=array(text(50), 100, uniqueItems=True),
            user_events=array(text(50), 100, uniqueItems=True),
        ),
        interactivity=table(("is_enabled",), is_enabled=TRUTH, request_url=URL),
        org_deploy_enabled=TRUTH,
        socket_mode_enabled=TRUTH,
        token_rotation_enabled=TRUTH,
    ),
)
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
    (command,) = manifest["features"]["slash_commands"]
    assert re.fullmatch(r"/onrecord", command["command"])
