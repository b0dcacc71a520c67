"""The command for a conversation."""

from typing import Annotated

import typer

from bot.cli_options import Home, Model, Verbose, settings_of


def add_to(app: typer.Typer) -> None:
    """Let `app` offer it."""
    app.command()(chat)


def chat(
    context: typer.Context,
    model: Model = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last conversation of this terminal user.")
    ] = False,
    verbose: Verbose = False,
    home: Home = None,
) -> None:
    """Ask one question after another; follow-ups may lean on what was said.

    /sources shows what the last answer stands on, /new forgets the conversation, /quit (or Ctrl-D) ends.
    Ctrl-C stops an answer and keeps the chat.
    """
    from bot.chat import run_chat

    raise typer.Exit(run_chat(settings_of(context, home, model=model), resume=resume, verbose=verbose))
