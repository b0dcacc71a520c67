"""The commands that serve other programs."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.options import settings_of

_PORT = options.Whole(0, 65535)


@click.command()
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen.")
@click.option("--port", type=_PORT, metavar="N", default=8765, help="Where to listen.")
@options.model
@options.with_home
def serve(home: Path | None, host: str, port: int, model: str | None) -> int:
    """Serve an API for programs, and a page to ask on in a browser, until Ctrl-C.

    bot/http/README.md says what there is, and how to serve others than this machine.
    """
    from bot.http.run import run_serve

    return run_serve(settings_of(home, model=model), host, port)


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP (streamable) instead of stdin and stdout.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen with --http.")
@click.option("--port", type=_PORT, metavar="N", default=8766, help="Where to listen with --http.")
@click.option(
    "--slack", is_flag=True, help="With --http: answer Slackbot alone, for the people who may ask the bot."
)
@options.model
@options.with_home
def mcp(home: Path | None, http: bool, host: str, port: int, slack: bool, model: str | None) -> int:
    """Give the record to agents as tools (MCP), until they go or Ctrl-C.

    bot/mcp/README.md says how to add it to Claude, VS Code and Slackbot.
    """
    from bot.mcp.run import run_http, run_stdio

    settings = settings_of(home, model=model)
    if http or slack:
        return run_http(settings, host, port, slack=slack)
    return run_stdio(settings)
