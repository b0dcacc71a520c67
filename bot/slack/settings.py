"""The Slack bot's settings: the `[slack]` table of `onrecord.toml`, and `ONRECORD_SLACK_*` variables over it.

A channel may have its own: `[slack.channel.C0123456789]`; and so may a workspace, where several install the
app: `[slack.workspace.T0123456789]`. Tokens are no settings: they come from the
environment alone (`SLACK_BOT_TOKEN`, `SLACK_APP_TOKEN`, `SLACK_SIGNING_SECRET`), and are shown nowhere.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.settings import settings_table
from index.errors import UsageError
from index.settings_reader import check_name, read_environment, read_table, setting, settings_of
from index.value_types import ValueType, matching, names, whole

PREFIX = "ONRECORD_SLACK_"
_CHANNEL = "[CGD][A-Z0-9]{2,}"
_USER = "[UW][A-Z0-9]{2,}"
_TEAM = "[TE][A-Z0-9]{2,}"


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _folder(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return Path(value).expanduser().resolve()


def _address(value: Any) -> str:
    # Plain http only to this machine: tokens travel with every call.
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", value):
        raise ValueError
    return f"{value.removesuffix('/')}/"


_DAY = ValueType("a day such as 2026-03-12", _day)
_USERS = names("a list, each a user id such as U0123456789", _USER)


@dataclass(frozen=True)
class ChannelSettings:
    """What may differ from channel to channel."""

    home: Path | None = setting(
        None,
        "another record for this channel; the main one where it is not set",
        ValueType("a folder", _folder),
    )
    sources: tuple[str, ...] = setting(
        (), "outlets that answers are taken from", names("a list of names of outlets")
    )
    since: date | None = setting(None, "only articles published or updated on this day or later", _DAY)
    until: date | None = setting(None, "only articles published or updated on this day or earlier", _DAY)
    follow_ups: bool = setting(True, "answer plain follow-up questions in a thread without a mention")
    answer_all: bool = setting(False, "answer every question that is asked in a channel, without a mention")
    answer_bots: bool = setting(False, "answer questions of other bots and of workflows, too")
    auto_read: bool = setting(False, "put every link that is posted on record")
    read_files: bool = setting(
        False,
        "answer from attached PDF, Word, Excel, CSV and text files, too; needs the scope files:read, which "
        "the manifest leaves out",
    )
    private: bool = setting(False, "answer so that only the asker sees it")
    recalls_daily: int = setting(
        10,
        "how many messages a day may tell what became of earlier answers; 0 is none",
        whole(0, 10_000),
    )
    escalate: str = setting(
        "",
        "the channel or user that “Ask a person” hands a question to; no button where it is not set",
        matching(f"{_CHANNEL}|{_USER}", "a channel or user id such as C0123456789"),
    )


@dataclass(frozen=True)
class SlackSettings:
    """What can be set for the bot as a whole; `everywhere` holds in channels that have none of their own."""

    workspaces: tuple[str, ...] = setting(
        (),
        "workspaces that may ask, by id; the token's own where none is named",
        names("a list, each a workspace id such as T0123456789", _TEAM),
    )
    channels: tuple[str, ...] = setting(
        (),
        "channels in which the bot answers, by id; all that it is in where none is named",
        names("a list, each a channel id such as C0123456789", _CHANNEL),
    )
    users: tuple[str, ...] = setting((), "people who may ask, by id; everyone where none is named", _USERS)
    feeders: tuple[str, ...] = setting(
        (), "people who may put links on record, by id; everyone who may ask where none is named", _USERS
    )
    externals: bool = setting(
        False, "let people of other organisations ask, and answer in Slack Connect channels"
    )
    guests: bool = setting(False, "let guests of the workspace ask")
    workers: int = setting(2, "how many questions are answered at once", whole(1, 64))
    queue: int = setting(
        200, "how many questions may wait; further ones are turned away with a word", whole(1, 10_000)
    )
    waiting_each: int = setting(3, "how many questions of one person may wait", whole(1, 100))
    hourly_each: int = setting(60, "how many questions one person may ask in an hour", whole(1, 10_000))
    keep_days: int = setting(
        90, "days for which questions, answers, conversations and feedback are kept", whole(1, 3650)
    )
    gaps: str = setting(
        "",
        "the channel that is told every Monday what was not answered; none where it is not set",
        matching(_CHANNEL, "a channel id such as C0123456789"),
    )
    api_url: str = setting(
        "https://slack.com/api/", "where Slack's Web API is", ValueType("an https address", _address)
    )
    everywhere: ChannelSettings = ChannelSettings()
    channel: Mapping[str, ChannelSettings] = field(default_factory=dict)
    workspace: Mapping[str, "SlackSettings"] = field(default_factory=dict)

    def of(self, channel: str) -> ChannelSettings:
        """The settings that hold in a channel."""
        return self.channel.get(channel, self.everywhere)

    def of_workspace(self, team: str) -> "SlackSettings":
        """The settings that hold in a workspace."""
        return self.workspace.get(team, self)

    @property
    def may_install(self) -> frozenset[str]:
        """The workspaces and organisations that may install the app."""
        return frozenset((*self.workspaces, *self.workspace))

    @property
    def reads_files(self) -> bool:
        """Whether attached files are read anywhere."""
        every = [
            *self.channel.values(),
            self.everywhere,
            *(one.everywhere for one in self.workspace.values()),
        ]
        return any(one.read_files for one in every)

    @property
    def homes(self) -> frozenset[Path]:
        """The records of their own that channels and workspaces have."""
        every = [*self.channel.values(), self.everywhere]
        own = {one.home for one in every if one.home}
        return frozenset(own.union(*(one.homes for one in self.workspace.values())))


BOT_SETTINGS = settings_of(SlackSettings)
CHANNEL_SETTINGS = settings_of(ChannelSettings)
SLACK_SETTINGS = {**BOT_SETTINGS, **CHANNEL_SETTINGS}


def load_slack_settings(environment: Mapping[str, str] = os.environ) -> SlackSettings:
    """The settings in force. Raises UsageError for unknown keys and values of the wrong kind."""
    table, where = settings_table(environment, "slack")
    for name in table:
        check_name(name, [*SLACK_SETTINGS, "channel", "workspace"], f"{name} in [slack] in {where}")
    per_channel, per_workspace = table.pop("channel", {}), table.pop("workspace", {})
    values = {
        **read_table(table, SLACK_SETTINGS, f"[slack] in {where}"),
        **read_environment(environment, PREFIX, SLACK_SETTINGS),
    }
    everywhere = ChannelSettings(**{key: values.pop(key) for key in list(values) if key in CHANNEL_SETTINGS})
    channels = _tables(per_channel, "channel", _CHANNEL, "a channel id such as C0123456789", where)
    workspaces = _tables(per_workspace, "workspace", _TEAM, "a workspace id such as T0123456789", where)

    def holding(more: Mapping[str, Any]) -> SlackSettings:
        """What holds where a workspace has these settings of its own; its channels may differ from them."""
        here = replace(everywhere, **more)
        return SlackSettings(
            **values,
            everywhere=here,
            channel={name: replace(here, **given) for name, given in channels.items()},
        )

    return replace(holding({}), workspace={name: holding(given) for name, given in workspaces.items()})


def _tables(tables: Any, kind: str, id_: str, named: str, where: str) -> dict[str, dict[str, Any]]:
    """The settings in tables such as [slack.channel.C0123456789], by id. Raises UsageError."""
    if not isinstance(tables, dict):
        msg = f"{kind} in [slack] in {where} must hold tables, each named by {named}."
        raise UsageError(msg)
    read = {}
    for name, given in tables.items():
        place = f"[slack.{kind}.{name}] in {where}"
        if not re.fullmatch(id_, name) or not isinstance(given, dict):
            msg = f"{place}: {name} must be a table named by {named}."
            raise UsageError(msg)
        read[name] = read_table(given, CHANNEL_SETTINGS, place)
    return read
