"""The commands for setting up: completion in a shell, and the manual page."""

import sys

import click

from bot.cli import manual


@click.command()
@click.argument("shell", type=click.Choice(manual.SHELLS), metavar="bash|zsh|fish", help="Your shell.")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the lines that make your shell complete commands, options, outlets and ids.

    For bash, in ~/.bashrc: eval "$(onrecord completion bash)". For zsh, in ~/.zshrc after compinit:
    eval "$(onrecord completion zsh)". For fish:
    onrecord completion fish > ~/.config/fish/completions/onrecord.fish
    """
    sys.stdout.write(f"{manual.completion_script(context.find_root().command, shell)}\n")


@click.command("man")
@click.pass_context
def manual_page(context: click.Context) -> None:
    """Show the manual page; where the output is no terminal, print it.

    To have it as `man onrecord`: onrecord man > ~/.local/share/man/man1/onrecord.1
    """
    root = context.find_root()
    manual.show_manual(manual.manual(root.command, root.info_name or ""))
