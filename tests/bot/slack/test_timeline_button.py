"""The button that tells the story so far: posted below an answer, or shown to who sees that alone."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot.slack.database import SavedAnswer
from bot.slack.settings import SlackSettings
from bot.slack.timeline_button import TimelineButton
from index.errors import RecordUnreadable
from tests.bot.slack.test_bot import privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.trials import CHANNEL

INJURED = "How many people were injured when the ferry struck the north pier?"


def test_a_timeline_is_posted_in_the_thread_of_its_answer(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", CHANNEL, INJURED)
    (answer,) = shared.answers(CHANNEL, ts)
    shared.press("U00BEN", answer, "timeline")
    _, timeline = shared.answers(CHANNEL, ts, 2)
    shown = timeline.shown()
    assert "3 March 2026" in shown
    assert "14 or 17: outlets differ." in shown
    assert "Ferry strikes north pier at Orrinmouth in morning fog" in shown


def test_of_a_private_answer_it_is_shown_to_who_pressed_alone(shared: FakeSlack) -> None:
    ts = shared.mention("U00CYD", "C00PRIVATE", INJURED)
    shared.press("U00CYD", privately(shared, "U00CYD", "outlets differ"), "timeline")

    def whispered() -> bool:
        return sum("outlets differ" in one.shown() for one in shared.state.whispers()) == 2

    assert shared.until(whispered)
    assert shared.state.replies("C00PRIVATE", ts) == []


def test_news_that_names_no_day_is_marked_as_reported(shared: FakeSlack) -> None:
    ts = shared.mention("U00ADA", CHANNEL, "Why did Sheinbaum refuse the troops?")
    (answer,) = shared.answers(CHANNEL, ts)
    shared.press("U00ADA", answer, "timeline")
    _, timeline = shared.answers(CHANNEL, ts, 2)
    assert "reported 5 May 2025" in timeline.shown()


def test_a_record_that_cannot_be_read_is_told_without_its_place() -> None:
    async def run(*_: object) -> None:
        raise RecordUnreadable("The record in /srv/news cannot be read; restore a backup.")

    async def show(_: object) -> bool:
        return True

    given = SavedAnswer("1", "T1", "C1", "1.0", "1.0", "U1", INJURED, {}, 0.0, handed=False)
    stand_in: Any = SimpleNamespace(run=run)
    button = TimelineButton(stand_in, SlackSettings(), stand_in)
    told = asyncio.run(button.pressed(given, show))
    assert told == "The record cannot be read just now; please tell the people who run me."
