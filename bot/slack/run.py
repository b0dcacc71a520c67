"""`onrecord slack`: from tokens to a running bot, and to its end."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.monitoring import logs
from bot.monitoring.answer_log import LoggedAnswers
from bot.monitoring.metrics import Metrics
from bot.monitoring.observers import ObserverFactory
from bot.monitoring.tracing import load_tracing
from bot.operations.record_checks import record_checks
from bot.operations.single_instance import single_instance
from bot.settings import Settings
from bot.slack import health_server
from bot.slack.answer_pool import AnswerPool
from bot.slack.app import Listeners, build_app, http_app
from bot.slack.app_home import AppHome
from bot.slack.client import LOG, close_client, open_client, why
from bot.slack.commands import Commands
from bot.slack.database import Database
from bot.slack.dispatcher import Dispatcher
from bot.slack.interactions import Interactions
from bot.slack.settings import SlackSettings, load_slack_settings
from bot.slack.suggestions import Suggestions
from bot.slack.tokens import Tokens, identify, tokens_of
from index.errors import OnRecordError, UsageError

# Seconds between two looks at whether the connection stands; Slack's own pings are this far apart.
_PING = 5.0


@dataclass(frozen=True)
class Transport:
    """How to be reached: by Socket Mode, or over HTTP at a port; health is shown at another, if any."""

    http: bool = False
    host: str = "127.0.0.1"
    port: int = 3000
    health_port: int | None = None


def run_slack(settings: Settings, ways: Transport) -> int:
    """Answer in Slack until SIGINT or SIGTERM. Raises UsageError or OnRecordError where it cannot begin."""
    slack = load_slack_settings()
    tokens = tokens_of(os.environ, http=ways.http)
    logs.set_up(settings.log)
    # Nothing that this process starts has any use for them; and Bolt would read them again.
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        os.environ.pop(name, None)
    with single_instance(settings.home):
        asyncio.run(_run(settings, slack, tokens, ways))
    return 0


async def _run(settings: Settings, slack: SlackSettings, tokens: Tokens, ways: Transport) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        client = open_client(tokens.bot, slack.api_url)
        stack.push_async_callback(close_client, client)
        identity = await identify(client, slack)
        metrics = Metrics(settings.home)
        watchers: list[ObserverFactory] = [LoggedAnswers(), metrics]
        tracing = load_tracing()
        if tracing is not None:
            stack.callback(tracing.close)
            watchers.append(tracing)
        work = AnswerPool(settings, slack.workers, watchers)
        stack.callback(work.close)
        database = Database(settings.home)
        conversations = Conversations(settings.home / CONVERSATIONS)
        dispatcher = Dispatcher(client, slack, database, conversations, work, identity)
        stack.push_async_callback(dispatcher.close)
        prompts = Suggestions(work, slack.everywhere)
        listeners = Listeners(
            dispatcher,
            Interactions(client, dispatcher, database, work),
            Commands(client, dispatcher, work),
            AppHome(client, dispatcher, database, work, prompts),
        )
        app = build_app(client, tokens.signing or "unused", listeners)
        connected = await (_listen if ways.http else _connect)(app, tokens, ways, stack)
        if ways.health_port is not None:
            runner = await health_server.serve(
                dispatcher,
                connected,
                metrics,
                partial(_record, settings),
                client.health,
                ways.health_port,
                ways.host,
            )
            stack.push_async_callback(runner.cleanup)
        dispatcher.start()
        starting = asyncio.create_task(_start(work, slack, prompts, identity.name))
        await stopping.wait()
        starting.cancel()
        sys.stderr.write("Stopping; questions that wait are answered after the next start.\n")


def _record(settings: Settings) -> list[str]:
    """What is wrong with the record just now, a sentence each."""
    return [check.said for check in record_checks(settings) if not check.well]


async def _connect(app: Any, tokens: Tokens, _: Transport, stack: AsyncExitStack) -> health_server.Connected:
    """By Socket Mode."""
    try:
        await app.client.apps_connections_open(app_token=tokens.app)
    except SlackApiError as error:
        msg = (
            f"Slack did not accept SLACK_APP_TOKEN ({why(error)}); it must be an app-level token with the "
            "scope connections:write, and Socket Mode must be on."
        )
        raise UsageError(msg) from error
    handler = AsyncSocketModeHandler(app, tokens.app, ping_interval=_PING)
    stack.push_async_callback(handler.close_async)
    await handler.client.connect()  # type: ignore[no-untyped-call]
    return handler.client.is_connected


async def _listen(
    app: Any, tokens: Tokens, ways: Transport, stack: AsyncExitStack
) -> health_server.Connected:
    """Over HTTP."""
    runner = web.AppRunner(http_app(app, tokens.signing), access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        site = web.TCPSite(runner, ways.host, ways.port)
        await site.start()
    except OSError as error:
        msg = f"Port {ways.port} cannot be listened at: {error.strerror}; choose another with --port."
        raise UsageError(msg) from error

    async def listening() -> bool:
        return True

    return listening


async def _start(work: AnswerPool, slack: SlackSettings, prompts: Suggestions, name: str) -> None:
    """Load what answers need, and say then that it answers; who asks before waits that much longer."""
    channels = {work.home(channel): channel for channel in (*slack.channel.values(), slack.everywhere)}
    for channel in channels.values():
        try:
            await work.run(work.warm, channel)
        except OnRecordError as error:
            LOG.warning("%s", error)
    await prompts.refresh()
    sys.stderr.write(f"On Record answers in {name}. Stop with Ctrl-C.\n")
    sys.stderr.flush()
