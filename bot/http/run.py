"""`onrecord serve`: from the settings to a server for programs and browsers, and to its end."""

import asyncio
import logging
import socket

from bot.http.app import OPEN_PATHS, build_app
from bot.http.state import State
from bot.monitoring import logs
from bot.operations.stop_signals import stop_signals
from bot.serving.answer_service import AnswerService
from bot.serving.guard import Access
from bot.serving.settings import load_serve_settings, read_tokens
from bot.serving.watched import watched
from bot.serving.web_server import address_of, listen, serve, tell
from bot.settings import Settings
from index.errors import OnRecordError

LOG = logging.getLogger("onrecord.http")


def run_serve(settings: Settings, host: str, port: int) -> int:
    """Serve until SIGINT or SIGTERM. Raises UsageError where it cannot begin."""
    serving = load_serve_settings()
    tokens = read_tokens(serving.tokens_file)
    logs.set_up(settings.log)
    with watched(settings.record) as (watchers, metrics), listen(host, port, tokens) as listening:
        service = AnswerService(settings, serving, watchers)
        try:
            access = Access(serving, tokens, OPEN_PATHS, frozenset({host}))
            asyncio.run(_run(service, State(settings, service, metrics), access, listening))
        finally:
            service.close()
    return 0


async def _run(service: AnswerService, state: State, access: Access, listening: socket.socket) -> None:
    async def begin() -> None:
        try:
            await service.warm()
            await service.forget_old()
        except OnRecordError as error:
            # Who asks is told it, too.
            LOG.warning("%s", error)
        tell(f"On Record answers at {address_of(listening)}/. Stop with Ctrl-C.")

    app = build_app(service, state, access)
    await serve(app, listening, access.settings, begin(), stop_signals())
