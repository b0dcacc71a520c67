"""Workers, where another bot takes over what they are at."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot.slack.counters import Counters
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.queue_table import Taken
from bot.slack.settings import SlackSettings
from bot.slack.tasks import Tasks
from bot.slack.workers import Workers

ASK = SlackQuestion("T1", "C1", "1.0", "U1", "1.0", "who paid?", EventKind.MENTION)


def workers() -> Workers:
    """Whose answers say nothing, and which speak to nobody."""

    async def make(*_: object) -> None:
        return None

    counters = Counters()
    silent: Any = SimpleNamespace(
        make=make,
        is_private=lambda _: True,
        keys={ASK.key},
        done=lambda _: None,
        to=lambda *_, **__: SimpleNamespace(unstream=lambda: None, parts=()),
        may_be_taken_over=False,
    )
    return Workers(SlackSettings(), *[silent] * 8, Tasks(counters), counters)


def test_what_is_lost_as_soon_as_its_answer_is_made_is_seen_to_here_no_more() -> None:
    async def lose() -> tuple[int, int]:
        ours = workers()
        await ours._see_to(Taken(ASK, (), resumed=False))
        assert list(ours.versions) == [ASK.key]
        # The task that delivers it has not begun.
        ours.lost(ASK.key)
        await asyncio.sleep(0.1)
        return len(ours.versions), ours.delivering

    assert asyncio.run(lose()) == (0, 0)
