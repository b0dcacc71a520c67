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
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, SlackClient, why
from bot.slack.events import Uninstalled, parse_event
from bot.slack.signature import SignatureCheck
from bot.slack.views.block_kit import said
from bot.slack.workspace import Workspace
from bot.slack.workspaces import Workspaces

ANY = re.compile(".*", re.DOTALL)
PATH = "/slack/events"
# Slack's requests are far smaller.
_MOST_BYTES = 2_000_000
NOT_INSTALLED = "I am not installed here any more; whoever runs this workspace can install me again."


def build_app(
    client: SlackClient,
    signing_secret: str,
    workspaces: Workspaces,
    uninstalled: Callable[[Workspace], Awaitable[None]],
    look_again: Callable[[], Awaitable[None]],
) -> AsyncApp:
    """The Bolt app; `uninstalled` is told of a workspace that removed it.

    `look_again` looks whether another bot was told of one that is not known here.

    Without a signing secret it must be used over Socket Mode only.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        # `Workspaces` knows whose it is. Bolt would ask Slack, and acknowledge what it then cannot take in.
        return AuthorizeResult(enterprise_id=None, team_id=None)

    # Without a token, of which Bolt would warn that it is not the one of `authorize`.
    caller = AsyncWebClient(
        base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers
    )
    app = AsyncApp(name="On Record", client=caller, signing_secret=signing_secret, authorize=authorize)

    @app.middleware
    async def choose(
        body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        def found() -> Workspace | None:
            return workspaces.of(
                body,
                context.team_id or "",
                context.enterprise_id or "",
                org_wide=bool(context.is_enterprise_install),
            )

        if found() is None:
            await look_again()
        context["workspace"] = found()
        await next()

    _take_events(app, uninstalled)
    _take_presses(app)

    @app.error
    async def failed(error: Exception) -> None:
        workspaces.counters.failed += 1
        LOG.error("a request of Slack's: %s", why(error), exc_info=error)

    return app


def _take_events(app: AsyncApp, uninstalled: Callable[[Workspace], Awaitable[None]]) -> None:
    @app.middleware
    async def take_in(
        body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        workspace: Workspace | None = context["workspace"]
        if body.get("type") == "event_callback" and workspace is not None:
            happened = parse_event(body, workspace.identity)
            if isinstance(happened, Uninstalled):
                await uninstalled(workspace)
            elif happened is not None:
                await workspace.dispatcher.intake(happened)
        await next()

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace: Workspace | None = context["workspace"]
        if workspace is not None:
            await workspace.home.opened(body.get("event") or {})

    @app.event(ANY)
    async def anything_else() -> None:
        """Acknowledge it."""


def _take_presses(app: AsyncApp) -> None:
    @app.command(ANY)
    async def commanded(
        ack: Callable[..., Awaitable[None]], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        async def acknowledge(sentence: str) -> None:
            message = said(sentence)
            await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")

        workspace: Workspace | None = context["workspace"]
        if workspace is None:
            await acknowledge(NOT_INSTALLED)
        else:
            await workspace.commands.commanded(body, acknowledge)

    @app.shortcut("ask_about")
    async def asked_about(
        ack: Callable[..., Awaitable[None]], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        workspace: Workspace | None = context["workspace"]
        if workspace is None:
            await ack()
        else:
            await workspace.commands.asked_about(body, ack)

    @app.action(ANY)
    async def pressed(
        ack: Callable[..., Awaitable[None]], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        await ack()
        workspace: Workspace | None = context["workspace"]
        if workspace is not None:
            await workspace.interactions.pressed(body)

    @app.view("feedback")
    async def submitted(
        ack: Callable[..., Awaitable[None]], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        await ack()
        workspace: Workspace | None = context["workspace"]
        if workspace is not None:
            await workspace.interactions.submitted(body)


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
