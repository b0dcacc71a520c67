"""What Slack sends, taken to where it belongs; over Socket Mode, or over HTTP with checked signatures.

Events are taken in by a middleware and not by listeners: Bolt acknowledges an event before its listener runs,
and what is acknowledged and not yet written down would be lost with the process. One listener at the end
takes everything, since an event that nobody listens to is not acknowledged, and comes again.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app_home import AppHome
from bot.slack.client import LOG, SlackClient, why
from bot.slack.commands import Commands
from bot.slack.dispatcher import Dispatcher
from bot.slack.events import parse_event
from bot.slack.interactions import Interactions
from bot.slack.signature import SignatureCheck
from bot.slack.views.block_kit import said

ANY = re.compile(".*", re.DOTALL)
PATH = "/slack/events"
# Slack's requests are far smaller.
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Listeners:
    """Who sees to what."""

    dispatcher: Dispatcher
    presses: Interactions
    commands: Commands
    home: AppHome


def build_app(client: SlackClient, signing_secret: str, to: Listeners) -> AsyncApp:
    """The Bolt app. Without a signing secret it must be used over Socket Mode only."""
    identity = to.dispatcher.identity
    result = AuthorizeResult(
        enterprise_id=identity.enterprise or None,
        team_id=None if identity.org_wide else identity.team,
        bot_user_id=identity.user,
        bot_id=identity.bot or None,
        bot_token=client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        # Known since the start. Bolt would ask Slack again, and acknowledge what it then cannot take in.
        return result

    # Without a token, of which Bolt would warn that it is not the one of `authorize`.
    caller = AsyncWebClient(
        base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers
    )
    app = AsyncApp(name="On Record", client=caller, signing_secret=signing_secret, authorize=authorize)
    _take_events(app, to)
    _take_presses(app, to)

    @app.error
    async def failed(error: Exception) -> None:
        to.dispatcher.counters.failed += 1
        LOG.error("a request of Slack's: %s", why(error), exc_info=error)

    return app


def _take_events(app: AsyncApp, to: Listeners) -> None:
    @app.middleware
    async def take_in(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        if body.get("type") == "event_callback":
            happened = parse_event(body, to.dispatcher.identity)
            if happened is not None:
                await to.dispatcher.intake(happened)
        await next()

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any]) -> None:
        await to.home.opened(body.get("event") or {})

    @app.event(ANY)
    async def anything_else() -> None:
        """Acknowledge it."""


def _take_presses(app: AsyncApp, to: Listeners) -> None:
    @app.command(ANY)
    async def commanded(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        async def acknowledge(sentence: str) -> None:
            message = said(sentence)
            await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")

        await to.commands.commanded(body, acknowledge)

    @app.shortcut("ask_about")
    async def asked_about(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        await to.commands.asked_about(body, ack)

    @app.action(ANY)
    async def pressed(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        await ack()
        await to.presses.pressed(body)

    @app.view("feedback")
    async def submitted(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        await ack()
        await to.presses.submitted(body)


def http_app(app: AsyncApp, signing_secret: str) -> web.Application:
    """The app over HTTP. Signatures are checked before anything else: Bolt would first read the body."""
    signed = SignatureCheck(signing_secret)

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        if not signed(body, request.headers):
            return web.Response(status=401, text="not signed")
        try:
            asked = await to_bolt_request(request)
        except ValueError:
            return web.Response(status=400, text="neither JSON nor a form")
        return await to_aiohttp_response(await app.async_dispatch(asked))

    made = web.Application(client_max_size=_MOST_BYTES)
    made.router.add_post(PATH, receive)
    return made
