"""What Slack sends to an app: events, presses, forms, commands."""

import itertools
from typing import Any

from tests.fakeslack.state import BOT_USER, State

Payload = dict[str, Any]
_NUMBERS = itertools.count(1)


def event(state: State, inner: Payload, *, shared: bool = False) -> Payload:
    """An Events API body with an id of its own."""
    return {
        "token": "unused",
        "team_id": state.team,
        "api_app_id": "A0000000001",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{next(_NUMBERS):08}",
        "event_time": int(state.now()),
        "is_ext_shared_channel": shared,
        "authorizations": [{"team_id": state.team, "user_id": BOT_USER, "is_bot": True}],
    }


def message(channel: str, user: str, text: str, ts: str, thread_ts: str = "", **more: Any) -> Payload:
    """A message event."""
    kind = "im" if channel.startswith("D") else "channel"
    return {
        "type": "message",
        "channel": channel,
        "channel_type": kind,
        "user": user,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        **({"thread_ts": thread_ts} if thread_ts else {}),
        **more,
    }


def mention(channel: str, user: str, text: str, ts: str, thread_ts: str = "") -> Payload:
    """An app_mention event."""
    made = message(channel, user, text, ts, thread_ts)
    made.pop("channel_type")
    return {**made, "type": "app_mention"}


def changed(channel: str, before: Payload, after: Payload, ts: str) -> Payload:
    """A message was edited, or got its preview, or became a tombstone."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": channel,
        "channel_type": before.get("channel_type", "channel"),
        "hidden": True,
        "message": {**after, "edited": {"user": after.get("user"), "ts": ts}},
        "previous_message": before,
        "ts": ts,
        "event_ts": ts,
    }


def deleted(channel: str, before: Payload, ts: str) -> Payload:
    """A message was deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": channel,
        "channel_type": before.get("channel_type", "channel"),
        "deleted_ts": before["ts"],
        "previous_message": before,
        "ts": ts,
        "event_ts": ts,
    }


def press(
    state: State, user: str, channel: str, message_ts: str, action: Payload, response_url: str
) -> Payload:
    """Somebody pressed something."""
    return {
        "type": "block_actions",
        "team": {"id": state.team, "domain": "fake"},
        "user": {"id": user, "team_id": state.team},
        "channel": {"id": channel, "name": "somewhere"},
        "container": {"type": "message", "message_ts": message_ts, "channel_id": channel},
        "message": {"ts": message_ts},
        "trigger_id": f"trigger.{next(_NUMBERS)}",
        "response_url": response_url,
        "actions": [{**action, "block_id": "b", "action_ts": state.ts()}],
    }


def submission(state: State, user: str, view: Payload, values: Payload) -> Payload:
    """Somebody sent a form."""
    return {
        "type": "view_submission",
        "team": {"id": state.team, "domain": "fake"},
        "user": {"id": user, "team_id": state.team},
        "trigger_id": f"trigger.{next(_NUMBERS)}",
        "view": {**view, "id": "V1", "state": {"values": values}},
    }


def command(state: State, user: str, channel: str, text: str, response_url: str) -> Payload:
    """Somebody used /onrecord."""
    return {
        "token": "unused",
        "team_id": state.team,
        "team_domain": "fake",
        "channel_id": channel,
        "channel_name": "somewhere",
        "user_id": user,
        "user_name": "somebody",
        "command": "/onrecord",
        "text": text,
        "response_url": response_url,
        "trigger_id": f"trigger.{next(_NUMBERS)}",
    }
