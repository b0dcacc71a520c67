"""The commands for setting up: files of settings and sources, completion in a shell, the manual page."""

import sys
from pathlib import Path

import click

from bot.cli import manual
from bot.cli import options as options


@click.command()
@click.argument(
    "folder", type=options.FILE, metavar="[DIR]", default=Path(), help="Where to write them (default: here)."
)
@click.option(
    "--record", metavar="DIR", default="", show_default=False, help="The folder that is to hold the record."
)
@click.option(
    "--source",
    metavar="PATH|LINK",
    default="",
    show_default=False,
    help="What to read first: a folder, page or feed.",
)
@click.option("--slack", is_flag=True, help="Also what Slack needs: its settings, and the app's manifest.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, and take what is usual.")
def init(folder: Path, record: str, source: str, slack: bool, yes: bool) -> None:
    """Write onrecord.toml and sources.toml, with every setting explained; files that are there stay."""
    from bot.commands.init import InitChoices, run_init

    if sys.stdin.isatty() and not yes:
        usual = "~/.onrecord"
        record = record or _asked("Where shall the record be?", usual).removeprefix(usual)
        source = source or _asked(
            "What shall it read first: a folder, a page or a feed (Enter for none)?", ""
        )
    run_init(folder, InitChoices(record, source, slack))


def _asked(question: str, usual: str) -> str:
    answer: str = click.prompt(question, default=usual, show_default=bool(usual), err=True, prompt_suffix=" ")
    return answer.strip()


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
