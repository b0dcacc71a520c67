"""What the Slack bot needs, checked against Slack itself, each with what to do where it fails."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import replace

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.operations.checks import Check
from bot.settings import Settings
from bot.slack.block_check import check_blocks
from bot.slack.client import SlackClient, close_client, open_client, why
from bot.slack.installations import Installations, identity_of, open_installations
from bot.slack.scopes import EVENTS, NEEDED, READ_FILES, WANTED
from bot.slack.settings import ChannelSettings, SlackSettings, load_slack_settings
from bot.slack.shared_installations import SharedInstallations
from bot.slack.tokens import identify, tokens_of
from index.errors import OnRecordError
from index.store import Index


def slack_checks(settings: Settings) -> Iterable[Check]:
    """What the bot needs of Slack; stops where nothing more can be told."""

    async def all_of() -> list[Check]:
        async with aclosing(_checks(settings)) as found:
            return [one async for one in found]

    return asyncio.run(all_of())


async def _checks(settings: Settings) -> AsyncGenerator[Check, None]:
    try:
        slack = load_slack_settings()
    except OnRecordError as error:
        yield Check("Slack settings", False, str(error))
        return
    yield Check("Slack settings", True, _settings(slack))
    http = bool(os.environ.get("SLACK_SIGNING_SECRET")) and not os.environ.get("SLACK_APP_TOKEN")
    try:
        tokens = tokens_of(os.environ, http=http)
    except OnRecordError as error:
        yield Check("Slack tokens", False, str(error))
        return
    client = open_client(tokens.bot, slack.api_url)
    try:
        if tokens.client_id:
            async for check in _installed(
                client, slack, open_installations(settings.record, tokens.client_id)
            ):
                yield check
        else:
            try:
                identity = await identify(client, slack)
            except OnRecordError as error:
                yield Check("Slack bot token", False, str(error))
                return
            yield Check("Slack bot token", True, f"for {identity.name} ({identity.team}), as {identity.user}")
            yield _scopes(identity.scopes, slack)
        if http:
            yield Check(
                "Slack signing secret",
                True,
                "set; only a request of Slack's can show whether it is the right one",
            )
        else:
            yield await _socket(client, tokens.app)
        if not tokens.client_id:
            for target, where in _targets(slack):
                yield await _reachable(client, target, where)
        yield await check_blocks(client)
        yield Check(
            "Slack events",
            True,
            f"cannot be asked for; under Event Subscriptions there must be {', '.join(EVENTS)} "
            "(deploy/slack/manifest.yaml has them all)",
        )
        for home in sorted(slack.homes):
            there = Index.exists(home)
            said = (
                f"{home}" if there else f"there is none in {home}; run `onrecord ingest --home {home} PATH`"
            )
            yield Check("record of a channel or workspace", there, said)
    finally:
        await close_client(client)


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
        name = f"Slack in {identity_of(installation).name}"
        try:
            answer = await client.auth_test(token=installation.bot_token)
        except SlackApiError as error:
            yield Check(name, False, f"Slack says {why(error)}; install the app there again")
            continue
        scopes = str(answer.headers.get("x-oauth-scopes") or "")
        yield replace(_scopes(tuple(scopes.split(",")) if scopes else (), slack), name=name)


def _settings(slack: SlackSettings) -> str:
    who = "everyone in the workspace" if not slack.users else f"{len(slack.users)} people"
    where = "every channel that the bot is in" if not slack.channels else f"{len(slack.channels)} channels"
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


async def _socket(client: AsyncWebClient, token: str) -> Check:
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


def _targets(slack: SlackSettings) -> list[tuple[str, str]]:
    every: list[ChannelSettings] = [slack.everywhere, *slack.channel.values()]
    targets = dict.fromkeys(one.escalate for one in every if one.escalate)
    return [(target, "escalate") for target in targets]


async def _reachable(client: AsyncWebClient, target: str, setting: str) -> Check:
    """Whether a message could be put in a channel or before a person; nothing is said there."""
    try:
        if target.startswith(("U", "W")):
            await client.users_info(user=target)
        else:
            await client.chat_scheduledMessages_list(channel=target, limit=1)
    except SlackApiError as error:
        return Check(
            f"Slack {setting}",
            False,
            f"{target} cannot be reached ({why(error)}); invite the bot there, or change the setting",
        )
    return Check(f"Slack {setting}", True, target)
