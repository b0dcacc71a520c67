"""What the Slack bot needs, checked against Slack itself, each with what to do where it fails."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path

from slack_sdk.errors import SlackApiError

from bot.operations.checks import Check, tried
from bot.settings import Settings
from bot.slack.block_check import check_blocks
from bot.slack.client import SlackClient, close_client, open_client, reaching, why
from bot.slack.installations import Installations, identity_of, open_installations
from bot.slack.scopes import EVENTS, NEEDED, READ_FILES, WANTED
from bot.slack.settings import SlackSettings, load_slack_settings
from bot.slack.shared_installations import SharedInstallations
from bot.slack.token_health import TokenHealth
from bot.slack.tokens import identify, scopes_of, tokens_of
from bot.terminal.plain_lines import number_of
from index.errors import OnRecordError
from index.store import Index


def slack_checks(settings: Settings) -> Iterable[Check]:
    """What the bot needs of Slack; stops where nothing more can be told."""

    async def all_of() -> list[Check]:
        async with aclosing(_checks(settings)) as found:
            return [one async for one in found]

    return asyncio.run(all_of())


async def _checks(settings: Settings) -> AsyncGenerator[Check, None]:
    async with aclosing(_each(settings)) as found:
        try:
            async for check in found:
                yield check
        except OnRecordError as error:
            yield Check("Slack", False, str(error))


async def _each(settings: Settings) -> AsyncGenerator[Check, None]:
    slack = load_slack_settings()
    yield Check("Slack settings", True, _settings(slack))
    http = bool(os.environ.get("SLACK_SIGNING_SECRET")) and not os.environ.get("SLACK_APP_TOKEN")
    tokens = tokens_of(os.environ, http=http)
    client = open_client(tokens.bot, slack.api_url)
    try:
        with reaching(client):
            store = open_installations(settings.record, tokens.client_id) if tokens.client_id else None
            async for check in _installed(client, slack, store) if store else _one(client, slack):
                yield check
            yield _SIGNED if http else await _socket(client, tokens.app)
            yield await check_blocks(client)
    finally:
        await close_client(client)
    yield _EVENTS
    for home in sorted(slack.homes):
        yield tried("record of a channel or workspace", partial(_record, home))


async def _one(client: SlackClient, slack: SlackSettings) -> AsyncGenerator[Check, None]:
    """The bot's own token, and the places that its workspace's settings name."""
    identity = await identify(client, slack)
    yield Check("Slack bot token", True, f"for {identity.name} ({identity.team}), as {identity.user}")
    here = slack.of_workspace(identity.team)
    yield _scopes(identity.scopes, here)
    for target in _targets(here):
        yield await _reachable(client, target)


async def _installed(
    client: SlackClient, slack: SlackSettings, store: Installations | SharedInstallations
) -> AsyncGenerator[Check, None]:
    """Where the app is installed by OAuth, and whether Slack takes each token."""
    allowed = ", ".join(sorted(slack.may_install))
    yield Check("Slack workspaces", bool(allowed), f"may install the app: {allowed or 'none; name some'}")
    found = store.all()
    if not found:
        yield Check("Slack installations", True, "none yet; open /slack/install in a browser")
    for installation in found:
        identity = identity_of(installation)
        name = f"Slack in {identity.name}"
        here = slack.of_workspace(identity.team)
        theirs = client.like(installation.bot_token or "", TokenHealth())
        try:
            answer = await theirs.auth_test()
        except SlackApiError as error:
            yield Check(name, False, f"Slack says {why(error)}; install the app there again")
            continue
        yield replace(_scopes(scopes_of(answer), here), name=name)
        for target in _targets(here):
            yield await _reachable(theirs, target)


def _record(home: Path) -> str:
    if not Index.exists(home):
        msg = f"there is none in {home}; run `onrecord ingest --home {home} PATH`"
        raise OnRecordError(msg)
    return str(home)


def _settings(slack: SlackSettings) -> str:
    who = "everyone in the workspace"
    if slack.users:
        who = "one person" if len(slack.users) == 1 else f"{len(slack.users)} people"
    where = (
        "every channel that the bot is in"
        if not slack.channels
        else number_of(len(slack.channels), "channel")
    )
    more = [word for word, on in (("guests", slack.guests), ("other organisations", slack.externals)) if on]
    return f"{who} may ask, in {where}" + (f"; also {' and '.join(more)}" if more else "")


def _scopes(scopes: tuple[str, ...], slack: SlackSettings) -> Check:
    if not scopes:
        return Check("Slack scopes", True, "Slack did not say which there are")
    files = {READ_FILES: "attached files cannot be read, as `read_files` says"} if slack.reads_files else {}
    lacking = {name: lost for name, lost in (NEEDED | files).items() if name not in scopes}
    if lacking:
        lost = "; ".join(f"{name} ({what})" for name, what in lacking.items())
        return Check(
            "Slack scopes",
            False,
            f"missing: {lost}. Add them under OAuth & Permissions, Bot Token Scopes, and reinstall the app.",
        )
    without = "; ".join(f"{name} ({what})" for name, what in WANTED.items() if name not in scopes)
    return Check(
        "Slack scopes", True, f"all that are needed; not there: {without}" if without else "all there"
    )


async def _socket(client: SlackClient, token: str) -> Check:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return Check(
            "Slack app token",
            False,
            f"Slack says {why(error)}; make an app-level token with connections:write (Basic Information), "
            "and turn Socket Mode on",
        )
    return Check("Slack app token", True, "Socket Mode is on")


def _targets(slack: SlackSettings) -> Iterable[str]:
    """Channels and people that unanswered questions are to be put before."""
    every = [slack.everywhere, *slack.channel.values()]
    return dict.fromkeys(one.escalate for one in every if one.escalate)


async def _reachable(client: SlackClient, target: str) -> Check:
    """Whether a message could be put in a channel or before a person; nothing is said there."""
    try:
        if target.startswith(("U", "W")):
            await client.users_info(user=target)
        else:
            await client.chat_scheduledMessages_list(channel=target, limit=1)
    except SlackApiError as error:
        return Check(
            "Slack escalate",
            False,
            f"{target} cannot be reached ({why(error)}); invite the bot there, or change the setting",
        )
    return Check("Slack escalate", True, target)


_SIGNED = Check(
    "Slack signing secret", True, "set; only a request of Slack's can show whether it is the right one"
)
_EVENTS = Check(
    "Slack events",
    True,
    f"cannot be asked for; under Event Subscriptions there must be {', '.join(EVENTS)} "
    "(deploy/slack/manifest.yaml has them all)",
)
