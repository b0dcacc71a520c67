"""The command line: what can be asked for, and how errors and interruptions end.

Results go to stdout, everything else to stderr. Exit codes: 0 done or answered, 1 failed, 2 used wrongly,
3 not on record, 130 interrupted. Everything heavy is imported by the command that needs it.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import NoReturn

import click

from bot.cli import options as options
from bot.cli.articles import articles, status
from bot.cli.ask import ask, evaluate, search
from bot.cli.chat import chat
from bot.cli.gaps import gaps
from bot.cli.help import SectionedGroup
from bot.cli.ingest import ingest
from bot.cli.kept import recalls, watch, watches
from bot.cli.manual import COMPLETE, complete
from bot.cli.operations import backup, copy, doctor, forget, health, rebuild, restore, verify
from bot.cli.serving import mcp, serve
from bot.cli.setup import completion, init, manual_page
from bot.cli.slack import feedback, slack
from bot.cli.timeline import timeline
from bot.secret_files import read_secrets
from bot.settings import load_settings
from bot.terminal.streams import abandon_output, is_of_output, prepare_streams
from index.errors import OnRecordError, UsageError


@click.group(
    cls=SectionedGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
    },
)
@options.home
@options.version
def app() -> None:
    """Answers questions from your articles, and says nothing that it cannot quote."""


@click.command()
@click.option(
    "--home",
    type=options.FILE,
    metavar="DIR",
    help="The folder for the demonstration's own record (default: ~/.onrecord-demo).",
)
@click.pass_obj
def demo(before: Path | None, home: Path | None) -> None:
    """Ingest the bundled sample articles into a record of their own, and ask four questions."""
    from bot.commands.demo import run_demo

    # Never the folder of the settings: that is where a record of one's own is.
    run_demo(load_settings(home=str(home or before or "~/.onrecord-demo")))


app.add("Articles", [ingest, articles, status])
app.add("Questions", [ask, chat, search, timeline, gaps, evaluate])
app.add("Later", [recalls, watch, watches])
app.add("Slack", [slack, feedback])
app.add("Programs", [serve, mcp])
app.add("Upkeep", [doctor, verify, rebuild, backup, restore, copy, forget, health])
app.add("A first look", [demo])
app.add("Set up", [init, completion, manual_page])


def main() -> None:
    """Run the command line; the one place where errors become sentences and exit codes."""
    # Libraries warn about themselves; what a user must know, we say.
    warnings.simplefilter("ignore")
    prepare_streams()
    try:
        if os.environ.get("ONRECORD_LOG") == "json":
            # So early, so that whatever goes wrong from here on is a line of the log.
            from bot.monitoring import logs

            logs.set_up("json")
        if not os.access(".", os.X_OK):
            # As another user, from a folder that is not for it: libraries look for files of theirs here.
            os.chdir("/")
        if instruction := os.environ.get(COMPLETE):
            sys.exit(complete(app, instruction))
        read_secrets(os.environ)
        sys.exit(_run(sys.argv[1:]))
    except click.ClickException as error:
        _end(_misused(error), 2)
    except UsageError as error:
        _end(str(error), 2)
    except OnRecordError as error:
        _end(str(error), 1)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 (a traceback helps nobody who reads it here)
        _end(_unforeseen(error), 1)


def _run(arguments: list[str]) -> int:
    """Run the command that `arguments` name. Returns its exit code.

    Not by Click's own `main`, which would write an empty line to stderr, and so into the log, at Ctrl-C.
    """
    try:
        with app.make_context("onrecord", arguments) as context:
            code = app.invoke(context)
        # Here, and not after us, where nobody could be told that it failed.
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except BrokenPipeError:
        abandon_output()
        return 1
    except OSError as error:
        if not is_of_output(error):
            raise
        abandon_output()
        msg = f"The output could not be written: {error.strerror}."
        raise OnRecordError(msg) from error
    return code if isinstance(code, int) else 0


def _end(sentence: str, code: int) -> NoReturn:
    from bot.terminal.console import show_error

    show_error(sentence)
    sys.exit(code)


def _misused(error: click.ClickException) -> str:
    """What the parser says of arguments, in a sentence; its own form would be several lines."""
    said = error.format_message()
    context = getattr(error, "ctx", None)
    see = f"`{context.command_path if context else 'onrecord'} --help`"
    at_root = context is not None and context.parent is None
    if at_root and isinstance(error, click.exceptions.NoSuchCommand) and not said.endswith(("?", "?)")):
        said = f"{said.rstrip('.')} (to ask a question, write `onrecord ask` before it)"
    return f"{said} See {see}." if said.endswith(("?", "?)")) else f"{said.rstrip('.')}; see {see}."


def _unforeseen(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="onrecord-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        traceback.print_exception(error, file=file)
    return (
        f"Something went wrong that On Record did not foresee ({type(error).__name__}); "
        f"please report it with the file {file.name}."
    )
