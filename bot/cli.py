"""The command line: what can be asked for, and how errors and interruptions end.

Results go to stdout, everything else to stderr. Exit codes: 0 done or answered, 1 failed, 2 used wrongly,
3 not on record, 130 interrupted. Everything heavy is imported by the command that needs it.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import cli_chat, cli_ingest, cli_operations, cli_slack, logs
from bot.cli_options import (
    AsJson,
    BatchFile,
    Home,
    Literally,
    Model,
    Since,
    Source,
    Until,
    Verbose,
    settings_of,
)
from bot.config import load_settings
from bot.credentials import read_secrets
from bot.evaluation.guide import HELP
from index.errors import OnRecordError, UsageError

if TYPE_CHECKING:
    from index.types import Query

app = typer.Typer(
    name="onrecord",
    help="Answers questions from your articles, and says nothing that it cannot quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
articles_app = typer.Typer(help="Look at the articles on record, or take one out.", no_args_is_help=True)
app.add_typer(articles_app, name="articles")


@app.callback()
def onrecord(context: typer.Context, home: Home = None) -> None:
    """Answers questions from your articles, and says nothing that it cannot quote."""
    context.obj = home


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help="What you want to know.")] = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    now: Annotated[
        str | None, typer.Option("--now", metavar="DAY", help='The day that "today" means (default: today).')
    ] = None,
    literally: Literally = False,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="P", help="Give no answer less probable than P, 0 to 1."),
    ] = None,
    model: Model = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
    batch: BatchFile = None,
    home: Home = None,
) -> None:
    """Answer a question with quotes from the articles, or say that it is not on record (exit code 3)."""
    from bot.commands import ask_batch, ask_one

    settings = settings_of(context, home, threshold=threshold, model=model)
    if batch is not None:
        _not_both(question, batch)
        raise typer.Exit(ask_batch(settings, batch))
    query = _query(question, since, until, source, now, literally=literally)
    raise typer.Exit(ask_one(settings, query, as_json=as_json, verbose=verbose))


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="What to look for.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 8,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    literally: Literally = False,
    as_json: AsJson = False,
    batch: BatchFile = None,
    home: Home = None,
) -> None:
    """Show the passages nearest to a query, best first."""
    from bot.commands import search_batch, search_one

    settings = settings_of(context, home)
    if batch is not None:
        _not_both(query, batch)
        raise typer.Exit(search_batch(settings, batch, k))
    raise typer.Exit(
        search_one(
            settings, _query(query, since, until, source, None, literally=literally), k, as_json=as_json
        )
    )


@articles_app.command("list")
def list_articles(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List every article on record, newest first."""
    from bot.looking import list_articles

    list_articles(settings_of(context, home), as_json=as_json)


@articles_app.command("show")
def show_article(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id, or how it begins.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show one article as it is stored: the text that every quote is checked against."""
    from bot.looking import show_article

    show_article(settings_of(context, home), article_id, as_json=as_json)


@articles_app.command("remove")
def remove_article(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id, or how it begins.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Take one article out of the record. It comes back if its file is ingested again."""
    from bot.commands import remove_article

    remove_article(settings_of(context, home), article_id, as_json=as_json)


@app.command()
def status(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """Show what is on record, and every setting with where it came from."""
    from bot.looking import show_status

    show_status(settings_of(context, home), as_json=as_json)


@app.command()
def doctor(
    context: typer.Context,
    as_json: AsJson = False,
    slack: Annotated[
        bool, typer.Option("--slack", help="Check the Slack bot's tokens, scopes, events and settings too.")
    ] = False,
    home: Home = None,
) -> None:
    """Check this machine, the settings, the model and the record, and say what to do about each problem."""
    from bot.doctor import run_doctor

    raise typer.Exit(run_doctor(settings_of(context, home), as_json=as_json, slack=slack))


@app.command()
def verify(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """Check every stored article, chunk and vector against each other."""
    from bot.commands import verify_record

    raise typer.Exit(verify_record(settings_of(context, home), as_json=as_json))


@app.command()
def rebuild(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """Make chunks, full-text index and vectors again from the stored articles; needed for another model."""
    from bot.commands import rebuild_record

    rebuild_record(settings_of(context, home), as_json=as_json)


@app.command("eval", help=HELP)
def evaluate(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help='Questions, a JSON object a line; "-" is standard input.')
    ],
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="REPORT", help="Write a report to this file, worst cases first."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="RUN", help="Keep this run in a file, to compare later ones with."),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", metavar="RUN", help="Tell gains from losses since the run in this file."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="P", help="Judge answers by this threshold, 0 to 1."),
    ] = None,
    model: Model = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Measure search, answers, citations and abstention; the guide says how to read it."""
    from bot.evaluation.command import Outputs, run_eval

    settings = settings_of(context, home, threshold=threshold, model=model)
    raise typer.Exit(run_eval(settings, file, Outputs(html, save, compare, as_json)))


@app.command()
def demo(
    home: Annotated[
        Path, typer.Option("--home", metavar="DIR", help="The folder for the demonstration's own record.")
    ] = Path("~/.onrecord-demo"),
) -> None:
    """Ingest the bundled sample articles into a record of their own, and ask four questions."""
    from bot.demo import run_demo

    run_demo(load_settings(home=str(home)))


cli_operations.add_to(app)
cli_chat.add_to(app)
cli_slack.add_to(app)
cli_ingest.add_to(app)


def main() -> None:
    """Run the command line; the one place where errors become sentences and exit codes."""
    # Libraries warn about themselves; what a user must know, we say.
    warnings.simplefilter("ignore")
    try:
        if os.environ.get("ONRECORD_LOG") == "json":
            # So early, so that whatever goes wrong from here on is a line of the log.
            logs.set_up("json")
        if not os.access(".", os.X_OK):
            # As another user, from a folder that is not for it: libraries look for files of theirs here.
            os.chdir("/")
        read_secrets(os.environ)
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except typer.TyperException as error:
        _end(_misused(error), 2)
    except UsageError as error:
        _end(str(error), 2)
    except OnRecordError as error:
        _end(str(error), 1)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 (a traceback helps nobody who reads it here)
        _end(_unforeseen(error), 1)


def _query(
    text: str | None,
    since: str | None,
    until: str | None,
    sources: list[str] | None,
    now: str | None,
    *,
    literally: bool,
) -> "Query":
    from bot.questions import query_of

    if text is None:
        msg = "There is no question; write one, or name a file of them with --batch."
        raise UsageError(msg)
    return query_of(
        {
            "question": text,
            "since": since,
            "until": until,
            "source": sources,
            "now": now,
            "literally": literally,
        }
    )


def _not_both(question: str | None, batch: Path) -> None:
    if question is not None:
        msg = f"Questions come from {batch} or from the command line, not from both."
        raise UsageError(msg)


def _end(sentence: str, code: int) -> NoReturn:
    from bot.terminal import show_error

    # Nothing is left to say where the parser has printed the help instead.
    if sentence:
        show_error(sentence)
    sys.exit(code)


def _misused(error: Exception) -> str:
    """What the parser says of arguments, in a sentence; its own form would be a box of five lines."""
    said = str(getattr(error, "format_message", lambda: error)())
    return f"{said.rstrip('.')}; see `onrecord --help`." if said else ""


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
