"""What follows a refresh that is published: kept answers are looked over, and who waits for one is told."""

import json
import logging
import subprocess
from dataclasses import replace

from bot.assembly import build_flow
from bot.kept_answers.look_over import A_WHILE, Looking, look_over
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.telling import BEGUN, NEW, TOLD, Telling
from bot.kept_answers.types import TERMINAL, Finding, KeptAnswer, Kind
from bot.settings import Settings
from bot.terminal import console
from index.errors import OnRecordError
from index.store import Index

_LOG = logging.getLogger("onrecord.kept_answers")
_COMMAND_SECONDS = 300
# What a command prints goes there: what `onrecord` prints on stdout may be JSON that a program reads.
_STDERR = 2


def after_refresh(index: Index, settings: Settings) -> None:
    """Look the kept answers over, and tell at the terminal; what fails is told, and done next time."""
    if not KeptAnswers.exists(settings.record):
        return
    try:
        store = Telling(settings.record)
        looked = look_over_with(index, settings, store, A_WHILE)
        show_found(looked)
        run_commands(store)
    except OnRecordError as error:
        console.show_error(f"The kept answers were not looked over: {error}")


def look_over_with(
    index: Index, settings: Settings, store: KeptAnswers, seconds: float | None = None
) -> Looking:
    """Look the kept answers over with the writer that costs nothing; those that are too old are forgotten."""
    store.expire(TERMINAL, settings.keep_answers)
    flow = build_flow(index, replace(settings, model=""))
    looked = look_over(index, store, flow, seconds)
    _LOG.info(
        "Kept answers were looked over.",
        extra={"changed": looked.changed, "asked": looked.asked, "found": looked.found, "left": looked.left},
    )
    return looked


def show_found(looked: Looking) -> None:
    """Say on stderr how much was found."""
    if looked.answered:
        many = f"{looked.answered} questions" if looked.answered > 1 else "A question"
        are = "are" if looked.answered > 1 else "is"
        console.show_note(f"{many} that waited {are} on record now: `onrecord recalls` shows what answers.")
    if other := looked.found - looked.answered:
        many = f"{other} kept answers" if other > 1 else "a kept answer"
        console.show_note(f"There is news of {many}: `onrecord recalls` shows it.")
    if looked.left:
        console.show_note(f"Still to be asked again: {looked.left:,}. `onrecord recalls` does it now.")


def run_commands(store: Telling) -> None:
    """Run the commands of the questions that are on record now, each once, with the answer as JSON.

    A command that a killed process had begun is not run again: it may have been done. None is taken from a
    database: whoever may write there must not run programs here.
    """
    if store.is_in_database:
        return
    for finding, kept in store.findings(state=NEW):
        if finding.kind is Kind.NOW_ON_RECORD and kept.command and store.begin([finding.number]):
            _run(finding, kept)
            store.end([finding.number], TOLD)
    for finding, kept in store.findings(state=BEGUN):
        if kept.command:
            console.show_error(f"The command of the watch {kept.id} was cut off, and is not run again.")
            store.end([finding.number], TOLD)


def _run(finding: Finding, kept: KeptAnswer) -> None:
    given = json.dumps(finding.answer, ensure_ascii=False).encode()
    try:
        ended = subprocess.run(  # noqa: S602 (it is the operator's own command, written for a shell)
            kept.command, shell=True, input=given, stdout=_STDERR, timeout=_COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        console.show_error(
            f"The command of the watch {kept.id} took over {_COMMAND_SECONDS} s and was ended."
        )
        return
    if ended.returncode:
        console.show_error(f"The command of the watch {kept.id} ended with exit code {ended.returncode}.")
