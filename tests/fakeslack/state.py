"""What a workspace holds: people, channels, messages, streams; and a clock that can be moved."""

import time
from dataclasses import dataclass, field
from typing import Any

TEAM = "T0000000001"
BOT_USER = "U0000000BOT"
BOT_ID = "B0000000BOT"
BOT_TOKEN = "xoxb-fake-bot-token"
APP_TOKEN = "xapp-1-fake-app-token"
CLIENT_ID, CLIENT_SECRET = "1234.5678", "0123456789abcdef0123456789abcdef"
SIGNING_SECRET = "8f742231b10e8888abcd9911122285a5"
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,commands,groups:history,"
    "groups:read,im:history,mpim:history,reactions:read,reactions:write,users:read"
)
OTHER_TEAM = "T0000000002"
STREAM_SECONDS = 300.0
# How long a window may be opened after a press or a command.
TRIGGER_SECONDS = 3.0
# How often and for how long an address to respond to is good.
RESPONSES, RESPONSE_SECONDS = 5, 1_800.0


@dataclass
class Install:
    """The app in one workspace; with `rotates` its token ends, and has to be renewed."""

    team: str = TEAM
    user: str = BOT_USER
    bot_id: str = BOT_ID
    token: str = BOT_TOKEN
    enterprise: str = ""
    refresh: str = ""
    rotates: bool = False


# Tells the fake in which folder to write down what it was called with (`tests.fakeslack.typed`).
VARIABLE = "ONRECORD_SLACK_PAYLOADS"
# What was said by the address of a press or a command, which is no method.
RESPONSE = "response_url"


class Refused(Exception):
    """An error of Slack's."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.answer: dict[str, Any] = {"ok": False, "error": error}
        if messages:
            self.answer["response_metadata"] = {"messages": messages}


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
    more: dict[str, Any] = field(default_factory=dict)
    finished: float = 0.0

    def shown(self) -> str:
        """Everything that can be read in it."""
        said = [*filter(None, [self.markdown]), *texts(self.blocks)]
        return "\n".join(said) if said else self.text


@dataclass
class Channel:
    """A channel ("C…"), or a direct message ("D…"), of the bot's or between people.

    `shared` is one with another organisation; `team` is the workspace whose app is told about it.
    """

    id: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False
    team: str = TEAM


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
        self.enterprise = ""
        self.org_wide = False
        self.token_error = ""
        self.scopes = SCOPES
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.ephemerals: list[Message] = []
        self.responses: list[Message] = []
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
        # How many messages of a thread are given at once; to some apps Slack gives 15.
        self.most_replies = 1_000
        # What is in files, by id.
        self.files: dict[str, bytes] = {}
        # Where the app is installed, by token; what a code of the install page gives; tokens that have ended.
        self.installs: dict[str, Install] = {BOT_TOKEN: Install()}
        self.codes: dict[str, Install] = {}
        self.ended: set[str] = set()
        # Whose token the call in hand came with.
        self.acting = self.installs[BOT_TOKEN]
        self._triggers: dict[str, float] = {}
        self._responses: dict[str, tuple[float, int, str, str]] = {}
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

    def trigger(self) -> str:
        """What a press or a command brings along: one window may be opened with it, for three seconds.

        As in Slack no two are the same, also not in two Slacks that one record meets.
        """
        id_ = f"trigger.{self.ts()}"
        self._triggers[id_] = self.now()
        return id_

    def use_trigger(self, id_: str) -> None:
        """Open a window with it. Raises Refused."""
        began = self._triggers.get(id_)
        if began is None:
            raise Refused("invalid_trigger_id")
        if began < 0:
            raise Refused("exchanged_trigger_id")
        if self.now() - began > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        self._triggers[id_] = -1.0

    def response(self, user: str, channel: str) -> str:
        """The id of an address by which a press or a command may be responded to."""
        id_ = f"r{len(self._responses) + 1}"
        self._responses[id_] = self.now(), 0, user, channel
        return id_

    def use_response(self, id_: str) -> tuple[str, str]:
        """Respond once; to whom, and in which channel. Raises Refused."""
        began, used, user, channel = self._responses[id_]
        if self.now() - began > RESPONSE_SECONDS:
            raise Refused("expired_url")
        if used == RESPONSES:
            raise Refused("used_url")
        self._responses[id_] = began, used + 1, user, channel
        return user, channel

    def install(self, team: str) -> Install:
        """The app in a workspace; the first one where it is not installed there."""
        known = [*self.installs.values(), *self.codes.values()]
        return next((one for one in known if one.team == team), known[0] if known else Install())

    def told(self, channel: str, user: str = "") -> Install:
        """Whose app is told of what happens in a channel, or to a user where there is none."""
        return self.install(self.channels[channel].team if channel in self.channels else self.team_of(user))

    @property
    def bots(self) -> set[str]:
        """The bot's users, one in each workspace."""
        return {BOT_USER, *(one.user for one in self.installs.values())}

    def team_of(self, user: str) -> str:
        """The workspace of a person."""
        return str(self.users.get(user, {}).get("team_id") or self.team)

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
        user = self.install(str(about.get("team", TEAM))).user
        self.channels[id_] = Channel(id_, {*members, *([user] if bot else [])}, **about)
        return id_

    def whispers(self) -> list[Message]:
        """What the bot said to one person only, whether or not it is a member there."""
        return [*self.ephemerals, *self.responses]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """What stands in a thread, oldest first."""
        return sorted(
            (
                m
                for m in list(self.messages.values())
                if m.channel == channel and ts in (m.thread_ts, m.ts) and not m.deleted
            ),
            key=lambda m: m.ts,
        )

    def replies(self, channel: str, ts: str) -> list[Message]:
        """What the bot said in a thread."""
        return [m for m in self.thread(channel, ts) if m.user in self.bots]


def texts(value: Any) -> list[str]:
    """Every text in blocks."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return []
