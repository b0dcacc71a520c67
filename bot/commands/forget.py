"""`onrecord forget`: what somebody asked, taken out of everything that keeps it.

A store that keeps questions has a function among `_STORES`: it takes where the record is and whom to forget,
and returns how many questions it forgot.
"""

import re

from bot.commands.chat import THREAD
from bot.conversations import Conversations
from bot.json_output import print_json
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import TERMINAL
from bot.settings import Settings
from bot.slack.answer_question import thread_name
from bot.slack.database import Database
from bot.slack.kept import place_of
from bot.terminal import console
from index.catalog.location import RecordLocation
from index.errors import UsageError

EVERYBODY = "everybody"
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,}")


def forget(settings: Settings, who: str, *, as_json: bool) -> None:
    """Forget what `who` asked: a Slack user's id, `TERMINAL` or `EVERYBODY`. Raises UsageError for others."""
    if who not in (TERMINAL, EVERYBODY) and not _SLACK_USER.fullmatch(who):
        msg = (
            f"{who!r} is nobody; name a Slack user by their id (such as U0123ABCD; it is in their profile), "
            f'or "{TERMINAL}", or "{EVERYBODY}".'
        )
        raise UsageError(msg)
    counts = {name: store(settings.record, who) for name, store in _STORES.items()}
    if as_json:
        print_json({"forgotten": who, **counts})
        return
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    console.out().print(f"Forgotten: {told}. Backups made before now still hold them.", soft_wrap=True)


def _in_slack(record: RecordLocation, who: str) -> int:
    if who == TERMINAL or not Database.exists(record):
        return 0
    database = Database(record)
    try:
        people = database.people() if who == EVERYBODY else [who]
        asked = [one for person in people for one in database.forget_person(person)]
    finally:
        database.close()
    if Conversations.exist(record):
        conversations = Conversations(record)
        for (team, channel, ts), thread in asked:
            conversations.remove(thread_name(team, channel, thread), ts)
    if KeptAnswers.exists(record):
        kept = KeptAnswers(record)
        for key, _ in asked:
            kept.forget(place=place_of(key))
    return len(asked)


def _in_conversations(record: RecordLocation, who: str) -> int:
    if who not in (TERMINAL, EVERYBODY):
        return 0
    # The terminal's is this machine's own, wherever the others are.
    stores = {RecordLocation(record.home), record} if who == EVERYBODY else {RecordLocation(record.home)}
    there = [Conversations(store) for store in stores if Conversations.exist(store)]
    return sum(one.forget_all() if who == EVERYBODY else one.forget(THREAD) for one in there)


def _in_kept_answers(record: RecordLocation, who: str) -> int:
    if who not in (TERMINAL, EVERYBODY) or not KeptAnswers.exists(record):
        return 0
    return KeptAnswers(record).forget_all("" if who == EVERYBODY else TERMINAL)


_STORES = {
    "questions in Slack": _in_slack,
    "turns of conversations": _in_conversations,
    "kept answers and watches": _in_kept_answers,
}
