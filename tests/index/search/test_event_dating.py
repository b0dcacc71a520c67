"""Whether a collection's articles follow events."""

from datetime import date, timedelta
from random import Random

import numpy as np

from index.search.event_dating import Dated, follows_events


def sample(*, follows: bool, stories: int = 40) -> tuple[Dated, ...]:
    """Three articles a story, alike in most signs, within a week of one another or on days drawn by lot."""
    chance = Random(3)
    made = []
    for story in range(stories):
        signs = chance.randbytes(48)
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(365))
        for one in range(3):
            bits = np.frombuffer(signs, np.uint8).copy()
            bits[chance.randrange(48)] ^= 1
            when = (
                day + timedelta(days=one)
                if follows
                else date(2026, 1, 1) + timedelta(days=chance.randrange(365))
            )
            made.append((int(when.strftime("%Y%m%d")), story * 3 + one, bits.tobytes()))
    return tuple(made)


def test_articles_that_come_together_on_one_matter_follow_events() -> None:
    assert follows_events(sample(follows=True)) == 1.0


def test_days_by_lot_follow_none() -> None:
    assert follows_events(sample(follows=False, stories=150)) < 0.3


def test_a_few_articles_do_not_tell() -> None:
    assert follows_events(sample(follows=True)[:9]) == 0.0
    assert follows_events(()) == 0.0
