"""The button that tells the story so far: posted below an answer, or shown to who sees that alone."""

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
