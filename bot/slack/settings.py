"""The Slack bot's settings: the `[slack]` table of `onrecord.toml`, and `ONRECORD_SLACK_*` variables over it.

A channel may have its own: `[slack.channel.C0123456789]`. Tokens are no settings: they come from the
environment alone (`SLACK_BOT_TOKEN`, `SLACK_APP_TOKEN`, `SLACK_SIGNING_SECRET`), and are shown nowhere.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.settings import settings_table
from index.errors import UsageError

PREFIX = "ONRECORD_SLACK_"
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_TEAM = re.compile(r"[TE][A-Z0-9]{2,}")


@dataclass(frozen=True)
class ChannelSettings:
    """What may differ from channel to channel."""

    home: Path | None = None
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    follow_ups: bool = True
    answer_all: bool = False
    answer_bots: bool = False
    auto_read: bool = False
    private: bool = False
    escalate: str = ""


@dataclass(frozen=True)
class SlackSettings:
    """What can be set; `SLACK_HELP` says what each is for."""

    workspaces: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    feeders: tuple[str, ...] = ()
    externals: bool = False
    guests: bool = False
    workers: int = 2
    queue: int = 200
    waiting_each: int = 3
    hourly_each: int = 60
    keep_days: int = 90
    api_url: str = "https://slack.com/api/"
    everywhere: ChannelSettings = ChannelSettings()
    channel: Mapping[str, ChannelSettings] = field(default_factory=dict)

    def of(self, channel: str) -> ChannelSettings:
        """The settings that hold in a channel."""
        return self.channel.get(channel, self.everywhere)


CHANNEL_HELP = {
    "home": "another record for this channel; the main one where it is not set",
    "sources": "outlets that answers are taken from",
    "since": "only articles published on this day or later",
    "until": "only articles published on this day or earlier",
    "follow_ups": "answer plain follow-up questions in a thread without a mention",
    "answer_all": "answer every question that is asked in a channel, without a mention",
    "answer_bots": "answer questions of other bots and of workflows, too",
    "auto_read": "put every link that is posted on record",
    "private": "answer so that only the asker sees it",
    "escalate": "the channel or user that “Ask a person” hands a question to; no button where it is not set",
}
SLACK_HELP = {
    "workspaces": "workspaces that may ask, by id; the token's own where none is named",
    "channels": "channels in which the bot answers, by id; all that it is in where none is named",
    "users": "people who may ask, by id; everyone where none is named",
    "feeders": "people who may put links on record, by id; everyone who may ask where none is named",
    "externals": "let people of other organisations ask, and answer in Slack Connect channels",
    "guests": "let guests of the workspace ask",
    "workers": "how many questions are answered at once",
    "queue": "how many questions may wait; further ones are turned away with a word",
    "waiting_each": "how many questions of one person may wait",
    "hourly_each": "how many questions one person may ask in an hour",
    "keep_days": "days for which questions, answers, conversations and feedback are kept",
    "api_url": "where Slack's Web API is",
    **CHANNEL_HELP,
}
_BOUNDS = {
    "workers": (1, 64),
    "queue": (1, 10_000),
    "waiting_each": (1, 100),
    "hourly_each": (1, 10_000),
    "keep_days": (1, 3650),
}
_IDS = {
    "workspaces": (_TEAM, "a workspace id such as T0123456789"),
    "channels": (_CHANNEL, "a channel id such as C0123456789"),
    "users": (_USER, "a user id such as U0123456789"),
    "feeders": (_USER, "a user id such as U0123456789"),
}
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def load_slack_settings(environment: Mapping[str, str] = os.environ) -> SlackSettings:
    """The settings in force. Raises UsageError for unknown keys and values of the wrong kind."""
    table, where = settings_table(environment, "slack")
    per_channel = table.pop("channel", {})
    values = {key: _converted(key, value, f"[slack] in {where}") for key, value in table.items()}
    for variable, value in environment.items():
        if variable.startswith(PREFIX) and value:
            key = variable.removeprefix(PREFIX).lower()
            values[key] = _converted(key, value, variable)
    everywhere = ChannelSettings(**{key: values.pop(key) for key in list(values) if key in CHANNEL_HELP})
    if not isinstance(per_channel, dict):
        msg = f"channel in [slack] in {where} must hold tables such as [slack.channel.C0123456789]."
        raise UsageError(msg)
    channels = {
        name: _channel(name, given, everywhere, f"[slack.channel.{name}] in {where}")
        for name, given in per_channel.items()
    }
    return SlackSettings(**values, everywhere=everywhere, channel=channels)


def _channel(name: str, given: Any, everywhere: ChannelSettings, where: str) -> ChannelSettings:
    if not _CHANNEL.fullmatch(name) or not isinstance(given, dict):
        msg = f"{where}: {name} must be a table named by a channel id such as C0123456789."
        raise UsageError(msg)
    for key in given:
        if key not in CHANNEL_HELP:
            raise UsageError(_unknown(key, where, CHANNEL_HELP))
    return replace(everywhere, **{key: _converted(key, value, where) for key, value in given.items()})


def _converted(key: str, value: Any, where: str) -> Any:
    if key not in SLACK_HELP:
        raise UsageError(_unknown(key, where, SLACK_HELP))
    convert = _CONVERTERS[key]
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        msg = f"{key} from {where} must be {_wanted(key)}, not {value!r}."
        raise UsageError(msg) from error


def _wanted(key: str) -> str:
    if key in _BOUNDS:
        return "a whole number from {} to {}".format(*_BOUNDS[key])
    if key in _IDS:
        return f"a list, each {_IDS[key][1]}"
    return {
        "sources": "a list of names of outlets",
        "since": "a day such as 2026-03-12",
        "until": "a day such as 2026-03-12",
        "home": "a folder",
        "escalate": "a channel or user id such as C0123456789",
        "api_url": "an https address",
    }.get(key, "true or false")


def _ids(key: str) -> Any:
    def convert(value: Any) -> tuple[str, ...]:
        names = _names(value)
        if not all(_IDS[key][0].fullmatch(name) for name in names):
            raise ValueError
        return names

    return convert


def _names(value: Any) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ValueError
    return tuple(name.strip() for name in given if name.strip())


def _number(key: str) -> Any:
    def convert(value: Any) -> int:
        number = int(value)
        low, high = _BOUNDS[key]
        if isinstance(value, bool | float) or not low <= number <= high:
            raise ValueError
        return number

    return convert


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    raise ValueError


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _folder(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return Path(value).expanduser().resolve()


def _address(value: Any) -> str:
    # Plain http only to this machine: tokens travel with every call.
    if not isinstance(value, str) or not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", value):
        raise ValueError
    return value if value.endswith("/") else f"{value}/"


def _target(value: Any) -> str:
    if not isinstance(value, str) or not (_CHANNEL.fullmatch(value) or _USER.fullmatch(value)):
        raise ValueError
    return value


_CONVERTERS: dict[str, Any] = {
    **{key: _ids(key) for key in _IDS},
    **{key: _number(key) for key in _BOUNDS},
    **dict.fromkeys(
        ("externals", "guests", "follow_ups", "answer_all", "answer_bots", "auto_read", "private"), _truth
    ),
    "sources": _names,
    "since": _day,
    "until": _day,
    "home": _folder,
    "escalate": _target,
    "api_url": _address,
}


def _unknown(key: str, where: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(key, known, 1)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
    return f"{key} in {where} is not a setting; {meant}"
