"""What a workspace holds: people, channels, messages, streams; and a clock that can be moved."""

import time
from dataclasses import dataclass, field
from typing import Any

TEAM = "T0000000001"
BOT_USER = "U0000000BOT"
BOT_ID = "B0000000BOT"
BOT_TOKEN = "xoxb-fake-bot-token"
APP_TOKEN = "xapp-1-fake-app-token"
SIGNING_SECRET = "8f742231b10e8888abcd9911122285a5"
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,chat:write,commands,groups:history,im:history,"
    "reactions:write,users:read"
)
STREAM_SECONDS = 300.0


@dataclass
class Message:
    """A message as people see it; `markdown` is what was streamed."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str = ""
    markdown: str = ""
    metadata: dict[str, Any] | None = None
    streaming: bool = False
    began: float = 0.0
    only_for: str = ""
    deleted: bool = False
    history: list[str] = field(default_factory=list)
    unfurls: bool = True

    def shown(self) -> str:
        """Everything that can be read in it."""
        said = [*filter(None, [self.markdown]), *texts(self.blocks)]
        return "\n".join(said) if said else self.text


@dataclass
class Channel:
    """A channel, or a direct message ("D…")."""

    id: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False


@dataclass
class Call:
    """One call of the Web API."""

    method: str
    body: dict[str, Any]
    at: float
    answer: dict[str, Any] = field(default_factory=dict)


class State:
    """The workspace."""

    def __init__(self) -> None:
        self.team = TEAM
        self.scopes = SCOPES
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.ephemerals: list[Message] = []
        self.statuses: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []
        self.reactions: set[tuple[str, str, str]] = set()
        self.reacted: list[tuple[str, str]] = []
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.prompts: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.rejected: list[tuple[str, str]] = []
        self.remember_calls = True
        self._ahead = 0.0
        self._last = 0.0

    def now(self) -> float:
        """Seconds since the epoch, by this Slack's clock."""
        return time.time() + self._ahead

    def later(self, seconds: float) -> None:
        """Move the clock."""
        self._ahead += seconds

    def ts(self) -> str:
        """A message's id: the moment, never the same twice."""
        self._last = max(self.now(), self._last + 0.000002)
        return f"{self._last:.6f}"

    def person(self, user: str, **about: Any) -> str:
        """Somebody in the workspace."""
        self.users[user] = {
            "id": user,
            "team_id": self.team,
            "name": user.lower(),
            "real_name": user,
            **about,
        }
        return user

    def channel(self, id_: str, *members: str, **about: Any) -> str:
        """A channel with people in it; the bot is one of them unless it is left out by `bot=False`."""
        bot = about.pop("bot", True)
        self.channels[id_] = Channel(id_, {*members, *([BOT_USER] if bot else [])}, **about)
        return id_

    def thread(self, channel: str, ts: str) -> list[Message]:
        """What stands in a thread, oldest first."""
        return sorted(
            (
                m
                for m in self.messages.values()
                if m.channel == channel and ts in (m.thread_ts, m.ts) and not m.deleted
            ),
            key=lambda m: m.ts,
        )

    def replies(self, channel: str, ts: str) -> list[Message]:
        """What the bot said in a thread."""
        return [m for m in self.thread(channel, ts) if m.user == BOT_USER]


def texts(value: Any) -> list[str]:
    """Every text in blocks."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return []
