"""What an event of Slack's is to the bot: a question, an edit, a deletion, a stop, an opinion, or nothing.

Pure functions of the event; who may ask is decided in `access`, and whether a follow-up is meant in
`dispatcher`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.markup import asks_to_read, calls_others, mentioned, plain
from bot.slack.tokens import Identity

_ASKS = re.compile(
    r"^\W*(?:and|but|so|or|ok|okay|also|then)?\W*"
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|did|does|do|has|have|had|can|could|will|"
    r"would|should)\b",
    re.IGNORECASE,
)
_SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
_BY_A_BOT = ("bot_message", None)
_RATINGS = {"+1": "up", "thumbsup": "up", "-1": "down", "thumbsdown": "down"}


class EventKind(StrEnum):
    """How a question came."""

    MENTION = "mention"
    DIRECT = "direct"
    FOLLOW_UP = "follow_up"
    COMMAND = "command"
    READ = "read"
    POSTED_LINK = "posted_link"


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message: `url` is "" where Slack has to be asked for it; `size` is in bytes."""

    id: str
    name: str
    type: str
    size: int
    url: str = ""


@dataclass(frozen=True)
class SlackQuestion:
    """Something to do for someone. (team, channel, ts) names it for good; `version` is the last edit's ts.

    `team` is the installation's, never the asker's: in a shared channel one message comes with either.
    `thread` is the thread that the reply belongs to. `text` is plain: no markup of Slack's is left in it.
    `said` is what it may lean on, oldest first: a forwarded message, or what stands above it. `files` are
    attached. `viewed` is the channel that is looked at beside the pane, and the message in it; "" is none.
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
    said: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    viewed: tuple[str, str] = ("", "")

    @property
    def key(self) -> tuple[str, str, str]:
        """What is claimed."""
        return self.team, self.channel, self.ts

    @property
    def place(self) -> str:
        """The channel whose settings say from what it is answered."""
        return self.viewed[0] or self.channel

    @property
    def in_thread(self) -> bool:
        """Whether it was said below another message."""
        return self.thread != self.ts

    @property
    def direct(self) -> bool:
        """Whether it was said to the bot alone."""
        return self.channel.startswith("D") and self.kind is not EventKind.COMMAND


@dataclass(frozen=True)
class ChannelRemark:
    """Something said in a channel: a follow-up, a question to all, or people talking to each other.

    `with_addresses` is its text with the addresses of its links.
    """

    ask: SlackQuestion
    to_others: bool
    asks: bool
    with_addresses: str = ""
    by_bot: bool = False


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
    """Stop was pressed in a thread."""

    team: str
    channel: str
    thread: str
    user: str


@dataclass(frozen=True)
class Rated:
    """A thumb was put on a message of ours, as a reaction."""

    team: str
    channel: str
    ts: str
    user: str
    rating: str


@dataclass(frozen=True)
class Uninstalled:
    """The app is gone from the workspace, or its token is."""


Happening = SlackQuestion | ChannelRemark | Edited | Deleted | Stopped | Rated


def parse_event(body: Mapping[str, Any], identity: Identity) -> Happening | Uninstalled | None:
    """What the body of an Events API delivery asks of the bot; None is nothing."""
    event = body.get("event") or {}
    kind, channel = event.get("type"), str(event.get("channel") or "")
    if kind == "agent_session_stopped":
        thread, user = (str(event.get(key) or "") for key in ("thread_ts", "user"))
        return Stopped(identity.team, channel, thread, user)
    if kind == "reaction_added":
        return _rated(event, identity)
    if kind == "app_uninstalled" or (kind == "tokens_revoked" and (event.get("tokens") or {}).get("bot")):
        return Uninstalled()
    if kind not in ("message", "app_mention") or not channel:
        return None
    return _message(event, channel, identity, shared=bool(body.get("is_ext_shared_channel")))


def _message(event: Mapping[str, Any], channel: str, identity: Identity, *, shared: bool) -> Happening | None:
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return Deleted(identity.team, channel, str(event.get("deleted_ts") or ""))
    if subtype == "message_changed":
        return _changed(event, channel, identity, shared=shared)
    if _by_another_bot(event, identity):
        said = _said({**event, "user": event.get("user") or event.get("bot_id")}, channel, identity, shared)
        ask = said.ask if isinstance(said, ChannelRemark) else said
        return ChannelRemark(ask, to_others=False, asks=is_question(ask.text), by_bot=True)
    if subtype not in _SPOKEN or not _by_a_person(event, identity.user):
        return None
    return _said(event, channel, identity, shared)


def _rated(event: Mapping[str, Any], identity: Identity) -> Rated | None:
    item, user = event.get("item") or {}, str(event.get("user") or "")
    # A thumb may have a tone of skin.
    rating = _RATINGS.get(str(event.get("reaction") or "").partition("::")[0], "")
    ours = event.get("item_user") == identity.user and item.get("type") == "message"
    if not rating or not ours or user == identity.user:
        return None
    return Rated(identity.team, str(item.get("channel") or ""), str(item.get("ts") or ""), user, rating)


def _changed(event: Mapping[str, Any], channel: str, identity: Identity, *, shared: bool) -> Happening | None:
    message = event.get("message") or {}
    if message.get("subtype") == "tombstone":
        return Deleted(identity.team, channel, str(message.get("ts") or ""))
    if message.get("subtype") not in _SPOKEN or not _by_a_person(message, identity.user):
        return None
    before = event.get("previous_message") or {}
    if before.get("text") == message.get("text"):
        return None  # A link got its preview.
    version = str((message.get("edited") or {}).get("ts") or event.get("event_ts") or "")
    said = _said({**message, "channel_type": event.get("channel_type")}, channel, identity, shared, version)
    if isinstance(said, ChannelRemark):
        return Edited(said.ask, to_bot=False)
    # Without what it said before it may be of any age, and was never taken in.
    return Edited(said, to_bot=bool(before))


def _said(
    message: Mapping[str, Any], channel: str, identity: Identity, shared: bool, version: str = ""
) -> SlackQuestion | ChannelRemark:
    written, me = str(message.get("text") or ""), identity.user
    ts = str(message.get("ts") or "")
    direct = message.get("channel_type") == "im" or channel.startswith("D")
    to_bot = direct or me in mentioned(written)
    text, addressed = plain(written, me), plain(written, me, addresses=True)
    if to_bot and asks_to_read(addressed):
        kind, text = EventKind.READ, addressed
    elif direct:
        kind = EventKind.DIRECT
    else:
        kind = EventKind.MENTION if to_bot else EventKind.FOLLOW_UP
    ask = SlackQuestion(
        identity.team,
        channel,
        ts,
        str(message.get("user") or ""),
        str(message.get("thread_ts") or ts),
        text,
        kind,
        version,
        shared=shared,
        said=_forwarded(message),
        files=tuple(map(_attachment, message.get("files") or ())),
        viewed=_viewed(message) if direct else ("", ""),
    )
    if to_bot:
        return ask
    return ChannelRemark(ask, calls_others(written), is_question(text), addressed)


def _viewed(message: Mapping[str, Any]) -> tuple[str, str]:
    """The channel and the message that somebody looks at while they write in the pane."""
    channel = ts = ""
    for entity in (message.get("app_context") or {}).get("entities") or ():
        kind, value = str(entity.get("type") or "").rpartition("/")[2], entity.get("value")
        if kind == "message_context" and isinstance(value, Mapping) and not ts:
            channel, ts = str(value.get("channel_id") or ""), str(value.get("message_ts") or "")
        elif kind == "channel_id" and not channel:
            channel = str(value or "")
    # Beside another direct message nothing is to be seen.
    return (channel, ts) if channel[:1] in ("C", "G") else ("", "")


def _attachment(file: Mapping[str, Any]) -> Attachment:
    id_, name, kind, url = (str(file.get(key) or "") for key in ("id", "name", "filetype", "url_private"))
    return Attachment(id_, name, kind, int(file.get("size") or 0), url)


def _forwarded(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of messages that were forwarded with this one; previews of links are none."""
    shared = [
        str(one.get("text") or one.get("fallback") or "")
        for one in message.get("attachments") or ()
        if one.get("is_share") or one.get("is_msg_unfurl")
    ]
    return tuple(filter(None, map(plain, shared)))


def _by_a_person(message: Mapping[str, Any], me: str) -> bool:
    user = message.get("user")
    return bool(user) and user != me and not message.get("bot_id") and user != "USLACKBOT"


def _by_another_bot(message: Mapping[str, Any], identity: Identity) -> bool:
    """Whether a bot or a workflow says something of its own; what it says in threads is no question."""
    bot = message.get("bot_id")
    own = bot == identity.bot or message.get("user") == identity.user
    below = message.get("thread_ts") not in (None, message.get("ts"))
    return bool(bot) and not own and not below and message.get("subtype") in _BY_A_BOT


def is_question(text: str) -> bool:
    """Whether it is plainly a question."""
    return text.rstrip(" \"'”’)").endswith("?") or bool(_ASKS.match(text))
