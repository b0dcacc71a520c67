"""The commands around Slack."""

from pathlib import Path

import click

from bot.cli import options as options
from bot.cli.options import settings_of

_PORT = options.Whole(0, 65535)


@click.command()
@click.option(
    "--http", is_flag=True, help="Be called by Slack over HTTP instead of calling it (Socket Mode)."
)
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen, for --http and --health-port."
)
@click.option(
    "--port",
    type=_PORT,
    metavar="N",
    default=3000,
    help="Where to listen with --http, and for the pages that install the app.",
)
@click.option(
    "--health-port",
    type=_PORT,
    metavar="N",
    help="Serve health (/healthz) and Prometheus metrics (/metrics) at this port.",
)
@options.with_home
def slack(home: Path | None, http: bool, host: str, port: int, health_port: int | None) -> int:
    """Answer questions in Slack, until Ctrl-C.

    Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or with --http SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, in the
    environment; for several workspaces SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in place of the bot token.
    bot/slack/README.md says where to get them; `onrecord doctor --slack` checks them.
    """
    from bot.slack.run import Transport, run_slack

    return run_slack(settings_of(home), Transport(http, host, port, health_port))


@click.command()
@options.as_json
@options.with_home
def feedback(home: Path | None, as_json: bool) -> None:
    """Print what people in Slack thought of answers, oldest first; with --json an object a line."""
    from bot.slack.feedback import export_feedback

    export_feedback(settings_of(home), as_json=as_json)
