"""What Slack sends to an app: events, presses, forms, commands.

In a channel that is shared with another organisation, `app_mention` carries the workspace of the app and
`message` that of the sender; `authorizations` and `context_team_id` name the app's in both. On Enterprise
Grid `team` may be null where something is pressed. Both are so in the test bodies of slackapi/bolt-python.
"""

import itertools
from typing import Any

from tests.fakeslack.state import Install, State

Payload = dict[str, Any]
_NUMBERS = itertools.count(1)


def event(state: State, inner: Payload, *, shared: bool = False, install: Install | None = None) -> Payload:
    """An Events API body with an id of its own; to this `install`, or to that of the channel or the user."""
    user = str(inner.get("user") or (inner.get("message") or {}).get("user") or "")
    sender, install = state.team_of(user), install or state.told(str(inner.get("channel") or ""), user)
    enterprise = install.enterprise or state.enterprise or None
    mention = inner["type"] == "app_mention"
    team = sender if shared and not mention else install.team
    if shared:
        inner = {**inner, "team": team}
        if sender != install.team and mention:
            inner |= {"user_team": sender, "source_team": sender, "user_profile": {"team": sender}}
    return {
        "token": "unused",
        "team_id": team,
        "enterprise_id": enterprise,
        "context_team_id": install.team,
        "context_enterprise_id": enterprise,
        "api_app_id": "A0000000001",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{next(_NUMBERS):08}",
        "event_time": int(state.now()),
        "is_ext_shared_channel": shared,
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if state.org_wide else install.team,
                "user_id": install.user,
                "is_bot": True,
                "is_enterprise_install": state.org_wide,
            }
        ],
    }


def message(channel: str, user: str, text: str, ts: str, thread_ts: str = "", **more: Any) -> Payload:
    """A message event."""
    kinds = {"D": "im", "G": "mpim"}
    return {
        "type": "message",
        "channel": channel,
        "channel_type": kinds.get(channel[0], "channel"),
        "user": user,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        **({"thread_ts": thread_ts} if thread_ts else {}),
        **more,
    }


def mention(channel: str, user: str, text: str, ts: str, thread_ts: str = "", **more: Any) -> Payload:
    """An app_mention event."""
    made = message(channel, user, text, ts, thread_ts, **more)
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


def reaction(channel: str, user: str, name: str, ts: str, author: str) -> Payload:
    """Somebody put an emoji on a message of `author`'s."""
    return {
        "type": "reaction_added",
        "user": user,
        "reaction": name,
        "item_user": author,
        "item": {"type": "message", "channel": channel, "ts": ts},
        "event_ts": ts,
    }


def press(
    state: State, user: str, channel: str, message_ts: str, action: Payload, response_url: str
) -> Payload:
    """Somebody pressed something."""
    return {
        "type": "block_actions",
        **_whose(state, user),
        "channel": {"id": channel, "name": "somewhere"},
        "container": {"type": "message", "message_ts": message_ts, "channel_id": channel},
        "message": {"ts": message_ts, "user": state.told(channel).user},
        "trigger_id": state.trigger(),
        "response_url": response_url,
        "actions": [{**action, "block_id": "b", "action_ts": state.ts()}],
    }


def shortcut(state: State, user: str, channel: str, said: Payload, response_url: str) -> Payload:
    """Somebody chose "Ask On Record about this" for a message."""
    return {
        "type": "message_action",
        **_whose(state, user),
        "callback_id": "ask_about",
        "channel": {"id": channel, "name": "somewhere"},
        "message_ts": said["ts"],
        "message": said,
        "trigger_id": state.trigger(),
        "response_url": response_url,
    }


def submission(state: State, user: str, view: Payload, values: Payload) -> Payload:
    """Somebody sent a form."""
    return {
        "type": "view_submission",
        **_whose(state, user),
        "trigger_id": state.trigger(),
        "view": {
            **view,
            "id": "V1",
            "app_installed_team_id": state.told("", user).team,
            "state": {"values": values},
        },
    }


def command(state: State, user: str, channel: str, text: str, response_url: str) -> Payload:
    """Somebody used /onrecord."""
    return {
        "token": "unused",
        "team_id": state.team_of(user),
        "team_domain": "fake",
        "enterprise_id": state.enterprise or None,
        "channel_id": channel,
        "channel_name": {"D": "directmessage", "G": "privategroup"}.get(channel[0], "somewhere"),
        "user_id": user,
        "user_name": "somebody",
        "command": "/onrecord",
        "text": text,
        "response_url": response_url,
        "trigger_id": state.trigger(),
        "is_enterprise_install": str(state.org_wide).lower(),
    }


def _whose(state: State, user: str) -> Payload:
    """The sender's workspace; null where the app is installed for a whole organisation."""
    team = state.team_of(user)
    return {
        "team": None if state.org_wide else {"id": team, "domain": "fake"},
        "enterprise": {"id": state.enterprise, "name": "Fake"} if state.enterprise else None,
        "is_enterprise_install": state.org_wide,
        "user": {"id": user, "team_id": team},
    }
