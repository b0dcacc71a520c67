"""`onrecord slack`: from tokens to a running bot, and to its end."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.conversations import Conversations
from bot.monitoring import logs
from bot.operations.record_checks import record_checks
from bot.operations.single_instance import single_instance
from bot.operations.stop_signals import stop_signals
from bot.serving.watched import watched
from bot.settings import Settings
from bot.slack import health_server
from bot.slack.answer_pool import AnswerPool
from bot.slack.app import build_app, http_app
from bot.slack.client import LOG, SlackClient, close_client, open_client, reaching, why
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.installations import open_installations
from bot.slack.listening import listen
from bot.slack.oauth import INSTALL_PATH, OAuth
from bot.slack.settings import ChannelSettings, SlackSettings, load_slack_settings
from bot.slack.tasks import Tasks
from bot.slack.tokens import Identity, Tokens, identify, tokens_of
from bot.slack.workspace import Workspace
from bot.slack.workspaces import Workspaces
from index.errors import OnRecordError, UsageError

# Seconds between two looks at whether the connection stands; Slack's own pings are this far apart.
_PING = 5.0


@dataclass(frozen=True)
class Transport:
    """How to be reached: by Socket Mode, or over HTTP at a port; health is shown at another, if any.

    With OAuth the pages by which people install the app are at the port in any case.
    """

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
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        del os.environ[name]
    with ExitStack() as alone:
        # Of a database there may be several; a folder takes one.
        folders = slack.homes if settings.record.database else {settings.home}
        for home in sorted(folders):
            alone.enter_context(single_instance(home))
        asyncio.run(_run(settings, slack, tokens, ways))
    return 0


async def _run(settings: Settings, slack: SlackSettings, tokens: Tokens, ways: Transport) -> None:
    stopping = stop_signals()
    async with AsyncExitStack() as stack:
        client = open_client(tokens.bot, slack.api_url)
        stack.push_async_callback(close_client, client)
        # Before anything is opened: whom a token speaks for.
        identity = None if tokens.client_id else await identify(client, slack)
        watchers, metrics = stack.enter_context(watched(settings.record))
        pool = AnswerPool(settings, slack.workers, watchers)
        stack.callback(pool.close)
        database = Database(settings.record)
        stack.callback(database.close)
        database.renew()
        workspaces = _workspaces(settings, slack, database, pool, one=identity is not None)
        stack.push_async_callback(workspaces.close)
        oauth = None
        if identity is not None:
            workspaces.add(client, identity)
        else:
            store = open_installations(settings.record, tokens.client_id)
            oauth = OAuth(tokens, slack, store, workspaces, client, database)
            await oauth.open_all()
        app = _app(client, tokens, workspaces, oauth)
        connected = await (_listen if ways.http else _connect)(app, tokens, ways, oauth, stack)
        if ways.health_port is not None:
            record = partial(_problems, settings)
            runner = await health_server.serve(
                workspaces, connected, metrics, record, ways.host, ways.health_port
            )
            stack.push_async_callback(runner.cleanup)
        for workspace in workspaces:
            workspace.start()
        beside = Tasks(workspaces.counters)
        stack.push_async_callback(beside.close)
        beside.spawn(_begin(pool, slack, workspaces, identity))
        if oauth is not None:
            beside.spawn(oauth.keep_fresh())
        await stopping.wait()
        sys.stderr.write("Stopping; questions that wait are answered after the next start.\n")


def _workspaces(
    settings: Settings, slack: SlackSettings, database: Database, pool: AnswerPool, *, one: bool
) -> Workspaces:
    """None yet; all of them will share what is kept on disk, and who makes answers."""
    conversations = Conversations(settings.record)
    counters = Counters()

    def make(client: SlackClient, identity: Identity) -> Workspace:
        here = slack.of_workspace(identity.team)
        return Workspace(client, identity, here, database, conversations, pool, counters)

    return Workspaces(make, counters, one=one)


def _app(client: SlackClient, tokens: Tokens, workspaces: Workspaces, oauth: OAuth | None) -> AsyncApp:
    """What Slack's events come to; Bolt asks for a signing secret where none is used, too."""
    removed, look_again = (oauth.removed, oauth.look_again) if oauth else (_noted, _nothing)
    return build_app(client, tokens.signing or "unused", workspaces, removed, look_again)


async def _noted(workspace: Workspace) -> None:
    """The app was removed from the only workspace that there is."""
    workspace.client.health.uninstalled()


async def _nothing() -> None:
    """There is no other workspace."""


def _problems(settings: Settings) -> list[str]:
    """What is wrong with the record just now, a sentence each."""
    return [check.said for check in record_checks(settings) if not check.well]


async def _connect(
    app: AsyncApp, tokens: Tokens, ways: Transport, oauth: OAuth | None, stack: AsyncExitStack
) -> health_server.Connected:
    """By Socket Mode."""
    try:
        with reaching(app.client):
            await app.client.apps_connections_open(app_token=tokens.app)
    except SlackApiError as error:
        msg = (
            f"Slack did not accept SLACK_APP_TOKEN ({why(error)}); it must be an app-level token with the "
            "scope connections:write, and Socket Mode must be on."
        )
        raise UsageError(msg) from error
    if oauth is not None:
        # The pages that install the app are called by browsers in any case.
        pages = web.Application()
        oauth.routes(pages)
        stack.push_async_callback((await listen(pages, ways.host, ways.port, "--port")).cleanup)
    handler = AsyncSocketModeHandler(app, tokens.app, ping_interval=_PING)
    stack.push_async_callback(handler.close_async)
    await handler.client.connect()  # type: ignore[no-untyped-call]
    return handler.client.is_connected


async def _listen(
    app: AsyncApp, tokens: Tokens, ways: Transport, oauth: OAuth | None, stack: AsyncExitStack
) -> health_server.Connected:
    """Over HTTP."""
    served = http_app(app, tokens.signing)
    if oauth is not None:
        oauth.routes(served)
    stack.push_async_callback((await listen(served, ways.host, ways.port, "--port")).cleanup)

    async def listening() -> bool:
        return True

    return listening


async def _begin(
    pool: AnswerPool, slack: SlackSettings, workspaces: Workspaces, identity: Identity | None
) -> None:
    """Load what answers need, and say then that it answers; who asks before waits that much longer."""
    for home in (None, *sorted(slack.homes)):
        try:
            await pool.run(pool.warm, ChannelSettings(home=home))
        except OnRecordError as error:
            LOG.warning("%s", error)
    for workspace in workspaces:
        await workspace.suggestions.made()
    where = identity.name if identity else f"{len(workspaces)} workspaces"
    sys.stderr.write(f"On Record answers in {where}. Stop with Ctrl-C.\n")
    if not identity:
        sys.stderr.write(f"Others install it at https://YOUR-HOST{INSTALL_PATH}.\n")
    sys.stderr.flush()
