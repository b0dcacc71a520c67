"""What Slack sends, taken to where it belongs; over Socket Mode, or over HTTP with checked signatures.

Events are taken in by a middleware and not by listeners: Bolt acknowledges an event before its listener runs,
and what is acknowledged and not yet written down would be lost with the process. One listener at the end
takes everything, since an event that nobody listens to is not acknowledged, and comes again.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, why
from bot.slack.dispatcher import Dispatcher
from bot.slack.events import parse_event
from bot.slack.interactions import Interactions
from bot.slack.views.block_kit import Message, said

ANY = re.compile(".*", re.DOTALL)
PATH = "/slack/events"
# Slack's requests are far smaller.
_MOST_BYTES = 2_000_000


def build_app(
    client: AsyncWebClient, signing_secret: str, desk: Dispatcher, actions: Interactions, me: str
) -> AsyncApp:
    """The Bolt app. Without a signing secret it must be used over Socket Mode only."""
    app = AsyncApp(name="On Record", client=client, signing_secret=signing_secret)
    _take_events(app, desk, actions, me)
    _take_presses(app, desk, actions)

    @app.error
    async def failed(error: Exception) -> None:
        desk.counters.failed += 1
        LOG.error("a request of Slack's: %s", why(error), exc_info=error)

    return app


def _take_events(app: AsyncApp, desk: Dispatcher, actions: Interactions, me: str) -> None:
    @app.middleware
    async def take_in(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        if body.get("type") == "event_callback":
            happened = parse_event(body, me)
            if happened is not None:
                await desk.intake(happened)
        await next()

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any]) -> None:
        try:
            await actions.opened(body)
        except SlackApiError as error:
            LOG.warning("the Home tab or the suggestions: %s", why(error))

    @app.event(ANY)
    async def anything_else() -> None:
        """Acknowledge it."""


def _take_presses(app: AsyncApp, desk: Dispatcher, actions: Interactions) -> None:
    @app.command(ANY)
    async def commanded(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        async def say(message: Message) -> None:
            await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")

        ask = await actions.commanded(body, say)
        if ask is not None:
            await desk.intake(ask)
            await say(said("Looking …"))

    @app.action(ANY)
    async def pressed(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        await ack()
        await actions.pressed(body)

    @app.view("feedback")
    async def submitted(ack: Callable[..., Awaitable[None]], body: dict[str, Any]) -> None:
        await ack()
        await actions.submitted(body)


def http_app(app: AsyncApp) -> web.Application:
    """The app over HTTP. Bolt checks signatures; a timestamp that is no number would break its check."""

    async def receive(request: web.Request) -> web.Response:
        if not re.fullmatch(r"\d{1,12}", request.headers.get("X-Slack-Request-Timestamp", "")):
            return web.Response(status=401, text="not signed")
        response = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    made = web.Application(client_max_size=_MOST_BYTES)
    made.router.add_post(PATH, receive)
    return made
