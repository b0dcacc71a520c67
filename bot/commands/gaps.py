"""What `onrecord gaps` does: what was not answered, from where the bot and the terminal keep it."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

from bot.assembly import build_flow, open_index
from bot.commands.chat import THREAD
from bot.commands.exit_codes import DONE
from bot.conversations import Conversations
from bot.gaps.answered_since import answered_since
from bot.gaps.as_json import gaps_json
from bot.gaps.as_text import text_lines
from bot.gaps.gaps import MOST_QUESTIONS, find_gaps
from bot.gaps.page import gaps_page
from bot.gaps.questions import UnansweredQuestion, from_turns, from_watches
from bot.given_days import moment_given
from bot.json_output import print_json
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import TERMINAL
from bot.settings import Settings
from bot.slack.database import Database
from bot.slack.unanswered import unanswered
from bot.terminal import console
from bot.terminal.plain_lines import say


def show_gaps(settings: Settings, since: str, form: str) -> int:
    """Print the gaps as "text", "json" or "html"."""
    begin = moment_given(since, datetime.now(UTC))
    asked = _asked(settings, begin)
    gaps = []
    if asked:
        with open_index(settings) as index:
            flow = build_flow(index, replace(settings, model=""))
            with console.waiting("Asking again what was not answered …"):
                gaps = find_gaps(asked, index.embedder.embed, lambda said: answered_since(index, flow, said))
    match form:
        case "json":
            print_json(gaps_json(gaps, begin))
        case "html":
            sys.stdout.write(gaps_page(gaps, begin))
        case _:
            for line in text_lines(gaps):
                say(line)
    return DONE


def _asked(settings: Settings, since: datetime) -> list[UnansweredQuestion]:
    """What was asked in Slack and at a terminal; nothing where there is no such file."""
    asked: list[UnansweredQuestion] = []
    if Database.exists(settings.record):
        database = Database(settings.record)
        try:
            asked += unanswered(database, since)
        finally:
            database.close()
    if Conversations.exist(settings.home):
        turns = Conversations(settings.home).turns(THREAD, MOST_QUESTIONS)
        asked += from_turns(turns, since)
    if KeptAnswers.exists(settings.record):
        # Those of Slack are among its questions already.
        asked += from_watches(KeptAnswers(settings.record).waiting(TERMINAL), since)
    return asked
