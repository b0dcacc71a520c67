"""The commands around Slack."""

from typing import Annotated

import typer

from bot.cli_options import AsJson, Home, settings_of


def add_to(app: typer.Typer) -> None:
    """Let `app` offer them."""
    app.command()(slack)
    app.command()(feedback)


def slack(
    context: typer.Context,
    http: Annotated[
        bool, typer.Option("--http", help="Be called by Slack over HTTP instead of calling it (Socket Mode).")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen, for --http and --health-port.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where to listen with --http.")
    ] = 3000,
    health_port: Annotated[
        int | None,
        typer.Option(
            "--health-port", min=0, max=65535, help="Show health and counters at this port, under /healthz."
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Answer questions in Slack, until Ctrl-C.

    Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or with --http SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, in the
    environment. The README says where to get them; `onrecord doctor --slack` checks them.
    """
    from bot.slack.command import Ways, run_slack

    raise typer.Exit(run_slack(settings_of(context, home), Ways(http, host, port, health_port)))


def feedback(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """Print what people in Slack thought of answers, oldest first; with --json an object a line."""
    from bot.slack.command import export_feedback

    export_feedback(settings_of(context, home), as_json=as_json)
