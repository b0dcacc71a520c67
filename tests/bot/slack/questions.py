"""Questions in the database of a bot, and what becomes of one."""

from collections.abc import Callable

from bot.slack.database import Database
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.queue_table import Taken

ASK = SlackQuestion("T1", "C1", "1.0", "U1", "1.0", "who paid?", EventKind.MENTION)


Open = Callable[[], Database]


def dies(database: Database) -> None:
    """Its lease is gone, and it knows nothing of that."""
    if database.is_shared:
        with database._writing() as db:
            db.execute("DELETE FROM replicas WHERE id = ?", (database.holder,))


def begin(database: Database, ask: SlackQuestion = ASK, *, claim: bool = True) -> Taken:
    if claim:
        assert database.claim(ask)
    assert database.enqueue(ask, 10, 10)
    taken = database.take(ask.team)
    assert taken is not None
    return taken
