"""What an event of Slack's is to the bot: a question, an edit, a deletion, a stop, or nothing.

Pure functions of the event; who may ask is decided in `guard`, and whether a follow-up is meant in `desk`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ANY_MENTION = re.compile(r"<(?:@[UW]|!)[^>]*>")
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_READ = re.compile(r"\s*read\b[\s:]*(?=<?https?://)", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>|]+")
_ASKS = re.compile(
    r"^\W*(?:and|but|so|or|ok|okay|also|then)?\W*"
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|did|does|do|has|have|had|can|could|will|"
    r"would|should)\b",
    re.IGNORECASE,
)
_SPOKEN = (None, "file_share", "thread_broadcast")
# Slack lets people write more than anyone asks; the rest is no question.
MOST_ASKED = 4000


class EventKind(StrEnum):
    """How a question came."""

    MENTION = "mention"
    DIRECT = "direct"
    FOLLOW_UP = "follow_up"
    COMMAND = "command"
    READ = "read"
    POSTED_LINK = "posted_link"


@dataclass(frozen=True)
class SlackQuestion:
    """Something to do for someone. (team, channel, ts) names it for good; `version` is the last edit's ts.

    `thread` is the thread that the reply belongs to. `text` is plain: no markup of Slack's is left in it.
    """

    team: str
    channel: str
    ts: str
    user: str
    thread: str
    text: str
    kind: EventKind
    version: str = ""
    response_url: str = ""
    shared: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What is claimed."""
        return self.team, self.channel, self.ts

    @property
    def in_thread(self) -> bool:
        """Whether it was said below another message."""
        return self.thread != self.ts


@dataclass(frozen=True)
class ChannelRemark:
    """Something said in a channel that may be a follow-up, or people talking to each other."""

    ask: SlackQuestion
    to_others: bool
    asks: bool


@dataclass(frozen=True)
class Deleted:
    """A message is gone."""

    team: str
    channel: str
    ts: str


@dataclass(frozen=True)
class Edited:
    """A message says something else now; `ask` is what it is since."""

    ask: SlackQuestion
    to_bot: bool


@dataclass(frozen=True)
class Stopped:
    """The Stop button of the pane was pressed."""

    team: str
    channel: str
    thread: str
    user: str


Happening = SlackQuestion | ChannelRemark | Edited | Deleted | Stopped


def parse_event(body: Mapping[str, Any], me: str) -> Happening | None:
    """What the body of an Events API delivery asks of the bot whose user id is `me`; None is nothing."""
    event = body.get("event") or {}
    team = str(body.get("team_id") or event.get("team") or "")
    channel = str(event.get("channel") or "")
    shared = bool(body.get("is_ext_shared_channel"))
    kind = event.get("type")
    if kind == "agent_session_stopped":
        return Stopped(team, channel, str(event.get("thread_ts") or ""), str(event.get("user") or ""))
    if kind not in ("message", "app_mention") or not channel:
        return None
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return Deleted(team, channel, str(event.get("deleted_ts") or ""))
    if subtype == "message_changed":
        return _changed(event, team, channel, me, shared=shared)
    if subtype not in _SPOKEN or not _by_a_person(event, me):
        return None
    return _said(event, team, channel, me, shared=shared)


def _changed(event: Mapping[str, Any], team: str, channel: str, me: str, *, shared: bool) -> Happening | None:
    message = event.get("message") or {}
    if message.get("subtype") == "tombstone":
        return Deleted(team, channel, str(message.get("ts") or ""))
    if message.get("subtype") not in _SPOKEN or not _by_a_person(message, me):
        return None
    before = event.get("previous_message") or {}
    if before.get("text") == message.get("text"):
        return None  # A link got its preview.
    version = str((message.get("edited") or {}).get("ts") or event.get("event_ts") or "")
    said = _said({**message, "channel_type": event.get("channel_type")}, team, channel, me, shared, version)
    if isinstance(said, ChannelRemark):
        return Edited(said.ask, to_bot=False)
    return Edited(said, to_bot=True)


def _said(
    message: Mapping[str, Any], team: str, channel: str, me: str, shared: bool, version: str = ""
) -> SlackQuestion | ChannelRemark:
    written = str(message.get("text") or "")
    ts = str(message.get("ts") or "")
    direct = message.get("channel_type") == "im" or channel.startswith("D")
    mentioned = set(_MENTION.findall(written))
    to_bot = direct or me in mentioned
    text = plain(written, me)
    if to_bot and _READ.match(text):
        kind = EventKind.READ
    elif direct:
        kind = EventKind.DIRECT
    else:
        kind = EventKind.MENTION if to_bot else EventKind.FOLLOW_UP
    ask = SlackQuestion(
        team,
        channel,
        ts,
        str(message.get("user") or ""),
        str(message.get("thread_ts") or ts),
        text,
        kind,
        version,
        shared=shared,
    )
    if to_bot:
        return ask
    return ChannelRemark(ask, to_others=bool(_ANY_MENTION.search(written)), asks=is_question(text))


def _by_a_person(message: Mapping[str, Any], me: str) -> bool:
    user = message.get("user")
    return bool(user) and user != me and not message.get("bot_id") and user != "USLACKBOT"


def plain(written: str, me: str) -> str:
    """The words of a message: without the bot's mention; links, names and entities are spelt out."""
    text = _MENTION.sub(lambda found: "" if found[1] == me else "@someone", written)
    text = _LINK.sub(lambda found: found[1], text)
    text = re.sub(r"<#[A-Z0-9]+\|([^>]*)>", r"#\1", text)
    text = re.sub(r"<!(?:subteam\^[^|>]*\|)?([^>|]*)[^>]*>", r"\1", text)
    text = re.sub(r"<mailto:[^|>]*\|([^>]*)>", r"\1", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.strip()[:MOST_ASKED]


def links_in(text: str) -> list[str]:
    """The links in plain words, once each."""
    return list(dict.fromkeys(link.rstrip(".,;:!?)\"'") for link in _BARE.findall(text)))


def is_question(text: str) -> bool:
    """Whether it is plainly a question."""
    return text.rstrip(" \"'”’)").endswith("?") or bool(_ASKS.match(text))
