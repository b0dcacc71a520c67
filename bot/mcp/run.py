"""`onrecord mcp`: from the settings to a server that agents call, on stdin and stdout or over HTTP."""

import asyncio
import logging
import os
import socket
import sys
from contextlib import AsyncExitStack, suppress
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.mcp.server import Identify, build_server
from bot.monitoring import logs
from bot.operations.stop_signals import stop_signals
from bot.serving.answer_service import AnswerService
from bot.serving.guard import CLIENT, Access, Guard
from bot.serving.refused import Refused
from bot.serving.settings import load_serve_settings, read_tokens
from bot.serving.watched import watched
from bot.serving.web_server import address_of, listen, serve, tell
from bot.settings import Settings
from index.errors import OnRecordError

LOG = logging.getLogger("onrecord.mcp")
PATH = "/mcp"


def run_stdio(settings: Settings) -> int:
    """Serve one client on stdin and stdout until it closes them."""
    serving = load_serve_settings()
    logs.set_up(settings.log)
    with watched(settings.record) as (watchers, _):
        service = AnswerService(settings, serving, watchers)
        asyncio.run(_stdio(service, serving.request_seconds))
    return 0


def run_http(settings: Settings, host: str, port: int, *, slack: bool) -> int:
    """Serve over HTTP until SIGINT or SIGTERM; `slack` serves Slackbot alone. Raises UsageError."""
    serving = load_serve_settings()
    tokens = read_tokens(serving.tokens_file) if not slack else frozenset()
    logs.set_up(settings.log)
    with (
        watched(settings.record) as (watchers, _),
        listen(host, port, tokens, "signed by Slack" if slack else "") as listening,
    ):
        service = AnswerService(settings, serving, watchers)
        try:
            access = Access(serving, tokens, names=frozenset({host}))
            asyncio.run(_http(service, access, listening, slack=slack))
        finally:
            service.close()
    return 0


async def _stdio(service: AnswerService, seconds: float) -> None:
    from mcp.server.stdio import stdio_server

    ended = stop_signals()
    server = build_server(service, _only_one, seconds)
    warming = asyncio.create_task(_warmed(service))

    async def connected() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    serving, stopped = asyncio.create_task(connected()), asyncio.create_task(ended.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    warming.cancel()
    service.close()
    if ended.is_set():
        # A thread still waits for a line of stdin, and nothing but its end would wake it.
        sys.stderr.flush()
        os._exit(0)
    with suppress(BrokenPipeError):
        await serving


async def _http(service: AnswerService, access: Access, listening: socket.socket, *, slack: bool) -> None:
    async with AsyncExitStack() as stack:
        identify: Identify = _by_request
        signing = ""
        if slack:
            from bot.mcp.slack_identity import slack_callers
            from bot.slack.client import close_client

            callers, signing = await slack_callers()
            stack.push_async_callback(close_client, callers.client)
            identify = callers
        app = mcp_app(service, identify, access, signing)

        async def begin() -> None:
            await _warmed(service)
            tell(f"On Record answers agents at {address_of(listening)}{PATH}. Stop with Ctrl-C.")

        await serve(app, listening, access.settings, begin(), stop_signals())


def mcp_app(service: AnswerService, identify: Identify, access: Access, signing: str = "") -> ASGIApp:
    """The server as an ASGI app behind the guard; with a `signing` secret, for what Slack signed alone."""
    server = build_server(service, identify, access.settings.request_seconds)
    app: ASGIApp = _PostOnly(
        server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=access.settings.request_bytes,
            # The guard has looked at Host and Origin already.
            host="",
        )
    )
    if signing:
        from bot.mcp.slack_identity import SlackSigned

        app = SlackSigned(app, signing)
    return Guard(app, access)


class _PostOnly:
    """Requests stand by themselves here, so that there is no stream to open and no session to end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] != "POST":
            raise Refused(405, f"Tools are called by POST to {PATH}.", {"allow": "POST"})
        await self._app(scope, receive, send)


async def _warmed(service: AnswerService) -> None:
    """Load what the first answer needs; what is wrong with the record is told to who asks it, too."""
    try:
        await service.warm()
        await service.forget_old()
    except OnRecordError as error:
        LOG.warning("%s", error)


async def _only_one(_: Any) -> str:
    """On stdin there is one client."""
    return "stdio"


async def _by_request(context: Any) -> str:
    """Who the guard let in."""
    return str(context.request.scope[CLIENT])
