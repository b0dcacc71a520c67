"""The command for a conversation."""

from pathlib import Path

import click

from bot.cli import options as options


@click.command()
@options.model
@click.option("--resume", is_flag=True, help="Go on with the last conversation of this terminal user.")
@options.verbose
@options.with_home
def chat(home: Path | None, model: str | None, resume: bool, verbose: bool) -> int:
    """Ask one question after another; follow-ups may refer to earlier ones.

    /sources shows the sources of the last answer, /open 2 opens the second, /new forgets the conversation,
    /quit (or Ctrl-D) ends. Ctrl-C stops an answer and keeps the chat.
    """
    from bot.commands.chat import run_chat

    return run_chat(options.settings_of(home, model=model), resume=resume, verbose=verbose)
