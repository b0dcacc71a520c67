"""Pages of the bot at a port, for Slack, browsers and health checks."""

from aiohttp import web

from index.errors import UsageError


async def listen(served: web.Application, host: str, port: int, option: str) -> web.AppRunner:
    """Serve them there. Clean the runner up in the end.

    Raises UsageError where that cannot be, with the `option` that chooses another port.
    """
    runner = web.AppRunner(served, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except (OSError, UnicodeError) as error:
        await runner.cleanup()
        reason = getattr(error, "strerror", None) or error
        msg = f"Port {port} at {host} cannot be listened at: {reason}; choose another with {option}."
        raise UsageError(msg) from error
    return runner
