"""The shapes in which Slack tells things, one by one: what each is to the bot, and whose workspace it is for.

The keys are those that Slack documents; people, words and ids are of this test alone.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.counters import Counters
from bot.slack.events import (
    ChannelRemark,
    Deleted,
    Edited,
    EventKind,
    Rated,
    SlackQuestion,
    Stopped,
    Uninstalled,
    parse_event,
)
from bot.slack.tokens import Identity
from bot.slack.workspaces import Workspaces

TEAM, THEIRS, ORG = "T0HOME", "T0AWAY", "E0ORG"
BOT, ADA = "U0BOT", "U0ADA"
ME = Identity(TEAM, BOT, bot="B0BOT")
ASKED, TALK = f"<@{BOT}> who paid for the pier?", "See you at noon."
WORDS = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]
FILE = {"id": "F1", "name": "a.pdf", "filetype": "pdf", "size": 3, "url_private": "https://files.slack.com/a"}
PROFILE = {"team": THEIRS, "is_restricted": False, "is_ultra_restricted": False, "real_name": "Ada"}
VIEWED = {"entities": [{"type": "slack#/types/channel_id", "value": "C9", "team_id": TEAM}]}
EDIT = {"user": ADA, "ts": "3.0"}


def mention(**more: Any) -> dict[str, Any]:
    return {"type": "app_mention", "channel": "C1", "user": ADA, "text": ASKED, "ts": "1.0", **more}


def message(text: str = TALK, kind: str = "channel", **more: Any) -> dict[str, Any]:
    channel = {"im": "D1", "mpim": "G1", "group": "C2"}.get(kind, "C1")
    about = {"type": "message", "channel": channel, "channel_type": kind, "user": ADA, "text": text}
    return {**about, "ts": "1.0", **more}


def changed(after: dict[str, Any], before: dict[str, Any] | None, kind: str = "channel") -> dict[str, Any]:
    told = {
        "type": "message",
        "subtype": "message_changed",
        "channel": after["channel"],
        "channel_type": kind,
    }
    made = {**told, "message": after, "ts": "3.0", "event_ts": "3.0", "hidden": True}
    return made if before is None else {**made, "previous_message": before}


def note(subtype: str, **more: Any) -> dict[str, Any]:
    """A line that Slack itself writes into a channel."""
    return message(f"<@{ADA}> did something", subtype=subtype, **more)


QUESTIONS = {
    "a mention": mention(),
    "a mention with blocks and a client's id": mention(blocks=WORDS, client_msg_id="x", team=TEAM),
    "a mention that was edited at once": mention(edited=EDIT),
    "a mention with a file": mention(files=[FILE], upload=False, display_as_bot=False),
    "a mention of somebody of another organisation": mention(
        user_team=THEIRS, source_team=THEIRS, user_profile=PROFILE
    ),
    "a mention in a thread": mention(thread_ts="0.5", parent_user_id="U0BEN"),
    "a mention with a name beside the id": mention(text=f"<@{BOT}|onrecord> who paid?"),
    "the twin of a mention": message(ASKED),
    "the twin of a mention with a file": message(ASKED, subtype="file_share", files=[FILE]),
    "the twin of a mention that is sent to the channel too": message(
        ASKED, subtype="thread_broadcast", thread_ts="0.5", root={"ts": "0.5", "text": TALK}
    ),
    "the twin of a mention in a private channel": message(ASKED, "group"),
    "a mention in a message of several people": message(ASKED, "mpim"),
    "a direct message": message("who paid?", "im"),
    "a direct message in the pane": message("who paid?", "im", app_context=VIEWED, assistant_thread={}),
    "a direct message in the older pane": message(
        "who paid?", "im", thread_ts="0.5", assistant_thread={"action_token": "x"}, parent_user_id=BOT
    ),
    "a direct message with a file": message("who paid?", "im", subtype="file_share", files=[FILE]),
    "a file alone": message("", "im", subtype="file_share", files=[FILE]),
    "a direct message as /me": message("who paid?", "im", subtype="me_message"),
    "a forwarded message": message("", "im", attachments=[{"is_share": True, "text": "who paid?"}]),
    "a direct message without the type of its channel": {**message("who paid?", "im"), "channel_type": None},
}


@pytest.mark.parametrize("event", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_shape_that_asks_the_bot_is_a_question(event: dict[str, Any]) -> None:
    ask = parse_event({"event": event}, ME)
    assert isinstance(ask, SlackQuestion)
    assert ask.key == (TEAM, event["channel"], "1.0")
    assert ask.user == ADA
    assert ask.thread == event.get("thread_ts", "1.0")
    assert ask.kind is (EventKind.DIRECT if event["channel"] == "D1" else EventKind.MENTION)
    assert len(ask.files) == len(event.get("files", ()))


def test_what_is_looked_at_comes_along_and_only_in_the_pane() -> None:
    ask = parse_event({"event": QUESTIONS["a direct message in the pane"]}, ME)
    assert isinstance(ask, SlackQuestion)
    assert (ask.viewed, ask.place) == (("C9", ""), "C9")
    elsewhere = parse_event({"event": mention(app_context=VIEWED)}, ME)
    assert isinstance(elsewhere, SlackQuestion)
    assert (elsewhere.viewed, elsewhere.place) == (("", ""), "C1")


REMARKS = {
    "talk": (message(), False, False),
    "a question to all": (message("who paid?"), True, False),
    "a question to somebody": (message("<@U0BEN> who paid?"), True, True),
    "a question to a group": (message("<!subteam^S1> who paid?"), True, True),
    "a question in a thread": (message("who paid?", thread_ts="0.5"), True, False),
    "a question that is sent to the channel too": (
        message("who paid?", subtype="thread_broadcast", thread_ts="0.5"), True, False,
    ),
    "a question in a message of several people": (message("who paid?", "mpim"), True, False),
}  # fmt: skip


@pytest.mark.parametrize(("event", "asks", "to_others"), REMARKS.values(), ids=REMARKS.keys())
def test_a_shape_in_which_people_talk_is_a_remark(event: dict[str, Any], asks: bool, to_others: bool) -> None:
    remark = parse_event({"event": event}, ME)
    assert isinstance(remark, ChannelRemark)
    assert (remark.asks, remark.to_others, remark.by_bot) == (asks, to_others, False)


NOTHING = {
    **{
        f"a line of Slack's: {subtype}": note(subtype)
        for subtype in (
            "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name",
            "channel_archive", "channel_unarchive", "channel_convert_to_private", "group_join",
            "group_leave", "group_topic", "pinned_item", "reminder_add", "bot_add", "bot_remove",
            "sh_room_created", "huddle_thread", "ekm_access_denied", "file_comment", "file_mention",
            "message_replied", "assistant_app_thread", "tombstone", "document_mention",
        )
    },
    "a message of the bot's own": message(ASKED, user=BOT, bot_id="B0BOT"),
    "a message of the bot's own without a user": message(user=None, bot_id="B0BOT", subtype="bot_message"),
    "what a bot says in a thread": message(ASKED, bot_id="B0OTHER", subtype="bot_message", thread_ts="0.5"),
    "a reminder of Slackbot's": message("who paid?", "im", user="USLACKBOT"),
    "a preview of a link": changed(message(ASKED, attachments=[{"from_url": "x"}]), message(ASKED)),
    "a count of replies": changed(message(ASKED, reply_count=1, latest_reply="2.0"), message(ASKED)),
    "an edit of the bot's": changed(message("new", user=BOT, bot_id="B0BOT"), message("old", user=BOT)),
    "a reaction of another name": {
        "type": "reaction_added", "user": ADA, "reaction": "tada", "item_user": BOT,
        "item": {"type": "message", "channel": "C1", "ts": "1.0"},
    },
    "a thumb on somebody else's message": {
        "type": "reaction_added", "user": ADA, "reaction": "+1", "item_user": "U0BEN",
        "item": {"type": "message", "channel": "C1", "ts": "1.0"},
    },
    "a thumb on a file": {
        "type": "reaction_added", "user": ADA, "reaction": "+1", "item_user": BOT,
        "item": {"type": "file", "file": "F1"},
    },
    "a person's token that was revoked": {"type": "tokens_revoked", "tokens": {"oauth": [ADA], "bot": []}},
    "somebody who looks elsewhere": {"type": "app_context_changed", "user": ADA, "context": VIEWED},
    "a file": {"type": "file_shared", "channel_id": "C1", "file_id": "F1", "user_id": ADA},
    "a link": {"type": "link_shared", "channel": "C1", "user": ADA, "links": [{"url": "https://a.example"}]},
    "a new member": {"type": "member_joined_channel", "channel": "C1", "user": ADA, "team": TEAM},
}  # fmt: skip


@pytest.mark.parametrize("event", NOTHING.values(), ids=NOTHING.keys())
def test_a_shape_that_means_nothing_to_the_bot_starts_nothing(event: dict[str, Any]) -> None:
    assert parse_event({"event": event}, ME) is None


def test_edits_and_deletions_in_all_their_shapes() -> None:
    again = message(f"<@{BOT}> who paid then?", edited=EDIT)
    edited = parse_event({"event": changed(again, message(ASKED))}, ME)
    assert isinstance(edited, Edited)
    assert (edited.to_bot, edited.ask.version, edited.ask.text) == (True, "3.0", "who paid then?")
    unseen = parse_event({"event": changed(again, None)}, ME)
    assert isinstance(unseen, Edited)
    assert not unseen.to_bot
    talk = parse_event({"event": changed(message("later"), message())}, ME)
    assert isinstance(talk, Edited)
    assert not talk.to_bot
    gone = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "deleted_ts": "1.0",
        "ts": "3.0",
    }
    assert parse_event({"event": {**gone, "previous_message": message(ASKED)}}, ME) == Deleted(
        TEAM, "C1", "1.0"
    )
    stone = changed(
        message("This message was deleted.", subtype="tombstone", user="USLACKBOT"), message(ASKED)
    )
    assert parse_event({"event": stone}, ME) == Deleted(TEAM, "C1", "1.0")


def test_the_other_shapes_that_mean_something() -> None:
    stop = {
        "type": "agent_session_stopped",
        "channel": "D1",
        "thread_ts": "1.0",
        "user": ADA,
        "event_ts": "2.0",
    }
    assert parse_event({"event": stop}, ME) == Stopped(TEAM, "D1", "1.0", ADA)
    item = {"type": "message", "channel": "C1", "ts": "1.0"}
    thumb = {"type": "reaction_added", "user": ADA, "reaction": "-1", "item_user": BOT, "item": item}
    assert parse_event({"event": thumb}, ME) == Rated(TEAM, "C1", "1.0", ADA, "down")
    for over in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": [BOT]}}):
        assert parse_event({"event": over}, ME) == Uninstalled()
    flow = message("who paid?", user=None, bot_id="B0FLOW", subtype="bot_message", username="Intake")
    app = message("who paid?", user="U0APP", bot_id="B0APP", app_id="A1", bot_profile={"id": "B0APP"})
    for event in (flow, app):
        said = parse_event({"event": event}, ME)
        assert isinstance(said, ChannelRemark)
        assert (said.by_bot, said.asks) == (True, True)


@dataclass
class Open:
    """What there is of a workspace here."""

    client: None
    identity: Identity


def event_body(event: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event": event, **about}


def installed(team: str | None, enterprise: str | None = None, *, whole: bool = False) -> dict[str, Any]:
    """Slack's word for the installation that an event is for."""
    about = {"team_id": team, "enterprise_id": enterprise, "user_id": BOT, "is_bot": True}
    return {"authorizations": [{**about, "is_enterprise_install": whole}]}


PRESSED = {"type": "block_actions", "trigger_id": "1", "actions": [{"action_id": "copy", "value": "x"}]}
GRID = {"enterprise": {"id": ORG, "name": "Org"}, "is_enterprise_install": True}
COMMAND = {"command": "/onrecord", "text": "who paid?", "user_id": ADA, "channel_id": "C1"}
ROUTED = {
    "an event": (event_body(mention(), **installed(TEAM)), TEAM),
    "an event with context": (event_body(mention(), context_team_id=TEAM, **installed(TEAM)), TEAM),
    "a shared channel's message that names its sender's team": (
        event_body(message(ASKED), is_ext_shared_channel=True, **installed(TEAM)) | {"team_id": "T0ELSE"},
        TEAM,
    ),
    "a mention of the other workspace's bot": (
        event_body(mention(text="<@U0BOT2> who paid?"), is_ext_shared_channel=True, **installed(TEAM)),
        THEIRS,
    ),
    "a deletion of a question to the other workspace's bot": (
        event_body(
            {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0",
             "previous_message": message("<@U0BOT2> who paid?")},
            **installed(TEAM),
        ), THEIRS,
    ),
    "a thumb on the other workspace's answer": (
        event_body({"type": "reaction_added", "item_user": "U0BOT2", "user": ADA}, **installed(TEAM)), THEIRS,
    ),
    "an event of a whole organisation": (
        event_body(mention(text=TALK), **installed(None, ORG, whole=True)), ORG,
    ),
    "an event of one workspace of an organisation": (
        event_body(mention(text=TALK), **installed(TEAM, ORG)), TEAM,
    ),
    "an event of where it is not installed": (event_body(mention(text=TALK), **installed("T0ELSE")), None),
    "what a bot of ours says": (event_body(message(ASKED, user="U0BOT2"), **installed(TEAM)), None),
    "a press": ({**PRESSED, "team": {"id": TEAM}, "user": {"id": ADA, "team_id": TEAM}}, TEAM),
    "a press by somebody of another organisation": (
        {**PRESSED, "team": {"id": "T0ELSE"}, "user": {"id": "U9", "team_id": "T0ELSE"},
         "message": {"user": BOT, "ts": "2.0"}}, TEAM,
    ),
    "a press in an organisation": (
        {**PRESSED, **GRID, "team": None, "user": {"id": ADA, "team_id": "T0SIBLING"}}, ORG,
    ),
    "a form in an organisation": (
        {"type": "view_submission", **GRID, "team": None, "user": {"id": ADA, "team_id": "T0SIBLING"},
         "view": {"id": "V1", "app_installed_team_id": ORG}}, ORG,
    ),
    "a form that was opened in a shared channel": (
        {"type": "view_submission", "team": {"id": "T0ELSE"}, "user": {"id": "U9", "team_id": "T0ELSE"},
         "view": {"id": "V1", "app_installed_team_id": TEAM}}, TEAM,
    ),
    "a command": ({**COMMAND, "team_id": TEAM, "is_enterprise_install": "false"}, TEAM),
    "a command in an organisation": (
        {**COMMAND, "team_id": "T0SIBLING", "enterprise_id": ORG, "is_enterprise_install": "true"}, ORG,
    ),
    "a shortcut": (
        {"type": "message_action", "callback_id": "ask_about", "team": {"id": TEAM}, "user": {"id": ADA},
         "message": {"user": "U0BEN", "ts": "1.0"}}, TEAM,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "team"), ROUTED.values(), ids=ROUTED.keys())
def test_each_shape_belongs_to_the_workspace_that_is_meant(body: dict[str, Any], team: str | None) -> None:
    workspaces = Workspaces(Open, Counters(), one=False)  # type: ignore[arg-type]
    for identity in (ME, Identity(THEIRS, "U0BOT2"), Identity(ORG, "U0BOT3", org_wide=True, enterprise=ORG)):
        workspaces.add(None, identity)  # type: ignore[arg-type]
    context = AsyncBoltRequest(body=body, mode="socket_mode").context
    found = workspaces.of(
        body,
        context.team_id or "",
        context.enterprise_id or "",
        org_wide=bool(context.is_enterprise_install),
    )
    assert (found.identity.team if found else None) == team
