"""Whether a collection's articles follow events."""

from datetime import date, timedelta
from random import Random

import numpy as np

from index.search.event_dating import Dated, follows_events, may_follow_events, surely_follows_events


def sample(*, follows: float, stories: int = 40) -> tuple[Dated, ...]:
    """Three articles a story, alike in most signs; of that share within days, and else on days by lot."""
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
                if story < follows * stories
                else date(2026, 1, 1) + timedelta(days=chance.randrange(365))
            )
            made.append((int(when.strftime("%Y%m%d")), story * 3 + one, bits.tobytes()))
    return tuple(made)


def test_articles_that_come_together_on_one_matter_follow_events() -> None:
    assert follows_events(sample(follows=1)) == 1.0


def test_days_by_lot_follow_none() -> None:
    assert follows_events(sample(follows=0, stories=150)) < 0.3


def test_articles_of_which_few_come_together_surely_follow_events_though_days_tell_little() -> None:
    told = sample(follows=0.1, stories=150)
    assert follows_events(told) < 0.6
    assert surely_follows_events(told)


def test_days_by_lot_do_not_surely_follow_events() -> None:
    assert not surely_follows_events(sample(follows=0, stories=40))
    assert not surely_follows_events(sample(follows=0, stories=150))


def test_many_articles_of_days_by_lot_do_not_even_perhaps_follow_events() -> None:
    assert not may_follow_events(sample(follows=0, stories=600))
    assert may_follow_events(sample(follows=0, stories=30))
    assert may_follow_events(sample(follows=1))


def test_many_chunks_of_few_articles_tell_no_more_than_the_articles() -> None:
    told = sample(follows=1, stories=4)
    many = tuple((day, article, signs) for day, article, signs in told for _ in range(20))
    assert len(many) > len(sample(follows=1))
    assert not surely_follows_events(many)
    assert not may_follow_events(many)


def test_the_chunks_of_an_article_do_not_make_its_days_surer() -> None:
    for sure, told in ((False, sample(follows=0, stories=40)), (True, sample(follows=1))):
        many = tuple((day, article, signs) for day, article, signs in told for _ in range(5))
        assert may_follow_events(told)
        assert may_follow_events(many)
        assert surely_follows_events(told) == surely_follows_events(many) == sure


def test_a_few_articles_do_not_tell() -> None:
    assert not may_follow_events(sample(follows=1)[:9])
    assert not surely_follows_events(sample(follows=1)[:9])
    assert follows_events(sample(follows=1)[:9]) == 0.0
    assert follows_events(()) == 0.0
