"""An ASGI app at a port, until it is told to stop."""

import asyncio
import logging
import socket
import sys
from collections.abc import Coroutine
from contextlib import AbstractContextManager, nullcontext
from ipaddress import ip_address
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.monitoring import logs
from bot.serving.http_protocol import protocol
from bot.serving.settings import ServeSettings
from index.errors import UsageError

# Seconds that answers in the making have to end when the server is stopped.
_GRACE = 3


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Ours are set already: those of uvicorn end the process as if it had been killed."""
        return nullcontext()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int, tokens: frozenset[str], otherwise: str = "") -> socket.socket:
    """A socket that listens. Raises UsageError where it cannot, or where anybody could ask.

    `otherwise` is how else it is guarded, if it is.
    """
    if not is_loopback(host) and not tokens and not otherwise:
        msg = (
            f"At {host} others could ask without a token: name a file of tokens in "
            "ONRECORD_SERVE_TOKENS_FILE or `tokens_file` in [serve], or listen at 127.0.0.1."
        )
        raise UsageError(msg)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), port), family=family, backlog=512)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{host}, port {port}, cannot be listened at: {reason}; choose another with --host or --port."
        raise UsageError(msg) from error


def address_of(listening: socket.socket) -> str:
    """The address of what listens, such as http://127.0.0.1:8765."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(
    app: ASGIApp,
    listening: socket.socket,
    settings: ServeSettings,
    begin: Coroutine[Any, Any, None],
    stopping: asyncio.Event,
) -> None:
    """Serve until `stopping` is set; `begin` runs beside the first requests, and an error of it ends all."""
    # They quote requests, and what is worth a line is logged by the guard.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    server = _Server(
        uvicorn.Config(
            app,
            http=protocol(settings.send_seconds, settings.request_seconds),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=settings.connections,
            timeout_graceful_shutdown=_GRACE,
        )
    )

    async def stop() -> None:
        await stopping.wait()
        server.should_exit = True

    async def begun() -> None:
        try:
            await begin
        except Exception:
            stopping.set()
            raise

    beginning, stopped = asyncio.create_task(begun()), asyncio.create_task(stop())
    try:
        await server.serve(sockets=[listening])
    finally:
        beginning.cancel()
        stopped.cancel()
        failed, _ = await asyncio.gather(beginning, stopped, return_exceptions=True)
    if isinstance(failed, Exception):
        raise failed


def tell(sentence: str) -> None:
    """Say something to whoever runs this; stdout is for results."""
    if logs.say(sentence, logging.INFO):
        return
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
