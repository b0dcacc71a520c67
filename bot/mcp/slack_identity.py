"""Calls that Slackbot makes for somebody: signed by Slack, and judged by the bot's own rules of who may ask.

Slack signs each request as it signs events, and names in `params._meta.slack` for whom it calls.
"""

import os
import re
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.serving.refused import Refused
from bot.slack.access import AccessControl, NotChecked
from bot.slack.client import SlackClient, close_client, open_client
from bot.slack.settings import ChannelSettings, SlackSettings, load_slack_settings
from bot.slack.signature import SignatureCheck
from bot.slack.tokens import identify, tokens_of
from index.errors import OnRecordError, UsageError

# What a conversation with Slackbot is to the rules: a direct message, which nobody can list beforehand.
_DIRECT = "D"
_ID = re.compile(r"[A-Z][A-Z0-9]{2,30}")


class SlackSigned:
    """An ASGI app that lets through what Slack signed; the rest is refused before it is read."""

    def __init__(self, app: ASGIApp, signing_secret: str) -> None:
        self._app = app
        self._signed = SignatureCheck(signing_secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a signed request. Raises Refused."""
        if scope["type"] == "http":
            # The guard has read it whole, so it comes in one piece.
            message = await receive()
            if not self._signed(message.get("body", b""), Headers(scope=scope)):
                raise Refused(401, "This is not signed by Slack with the signing secret that is set here.")
            receive = _again(message, receive)
        await self._app(scope, receive, send)


class SlackCallers:
    """Says for whom a call is made, and refuses those who may not ask."""

    def __init__(self, client: SlackClient, settings: SlackSettings, access: AccessControl) -> None:
        self.client = client
        self._settings = settings
        self._access = access

    async def __call__(self, context: Any) -> str:
        """The caller, as limits and conversations know them. Raises UsageError, OnRecordError."""
        slack = (context.meta or {}).get("slack")
        given = slack if isinstance(slack, dict) else {}
        user, team = (str(given.get(key) or "") for key in ("user_id", "team_id"))
        if not (_ID.fullmatch(user) and _ID.fullmatch(team)):
            msg = "Slack did not say for whom this is asked, so it is not answered."
            raise UsageError(msg)
        try:
            refused = await self._access.refusal(_DIRECT, user)
        except NotChecked as error:
            msg = "I could not check whether I may answer you; please ask again later."
            raise OnRecordError(msg) from error
        if refused:
            raise UsageError(refused)
        return f"slack {team} {user}"


async def slack_callers() -> tuple[SlackCallers, str]:
    """The rules in force, with the bot's token and settings; and the signing secret.

    Raises UsageError or OnRecordError where a token is missing or not accepted, or the rules cannot be kept.
    """
    tokens = tokens_of(os.environ, http=True)
    settings = load_slack_settings()
    everywhere = settings.everywhere
    if (everywhere.home, everywhere.sources, everywhere.since, everywhere.until) != _UNLIMITED:
        msg = (
            "[slack] limits answers to a record, sources or days of its own, which tools do not keep to yet; "
            "take `home`, `sources`, `since` and `until` out of it, or run without --slack."
        )
        raise UsageError(msg)
    client = open_client(tokens.bot, settings.api_url)
    try:
        access = AccessControl(client, settings, await identify(client, settings))
    except BaseException:
        await close_client(client)
        raise
    return SlackCallers(client, settings, access), tokens.signing


def _again(message: Any, receive: Receive) -> Receive:
    given = [message]

    async def replay() -> Any:
        return given.pop() if given else await receive()

    return replay


_UNLIMITED = (ChannelSettings.home, ChannelSettings.sources, ChannelSettings.since, ChannelSettings.until)
