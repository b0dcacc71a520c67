"""What a question's own words constrain."""

from datetime import date

import pytest

from index.reading import Reading, read
from index.store import Index
from index.types import Query
from tests.conftest import article, put

SOURCES = ("Reuters", "usatoday.com", "theweek.co.uk", "The Vessary Ledger")
TODAY = date(2026, 4, 20)


def reading(text: str, **given: object) -> Reading:
    return read(Query(text, **given), SOURCES, date(2026, 1, 1), TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What did he say in March, according to Reuters?", "1–31 March 2026, Reuters"),
        ("What has USA Today reported on gas?", "usatoday.com"),
        ("How does the Week's account differ?", "theweek.co.uk"),
        ("What was reported by the Vessary Ledger on 4 March?", "4 March 2026, The Vessary Ledger"),
        ("Which outlet quotes “the territory is sacrosanct”?", "“the territory is sacrosanct”"),
        ("What does Reuters pay its staff?", ""),
        ('Who is called "Bunny"?', ""),
        ("Who was king in 1066, or in 2019?", ""),
        ("Who was mayor in 2019?", ""),
    ],
)
def test_days_outlets_and_phrases_are_found(question: str, shown: str) -> None:
    assert str(reading(question)) == shown
    assert bool(reading(question)) == bool(shown)


def test_what_a_query_states_is_left_as_it_is() -> None:
    query = reading("What did Reuters report in March?", since=date(2026, 4, 1), sources=("Wire",)).query
    assert (query.since, query.until, query.sources) == (date(2026, 4, 1), None, ("Wire",))


def test_literally_reads_nothing() -> None:
    asked = Query('What did Reuters report in March on "the loan vote"?', literally=True)
    assert read(asked, SOURCES, date(2026, 1, 1), TODAY) == Reading(asked)


def test_news_of_a_span_may_be_published_somewhat_later() -> None:
    assert reading("What happened on 12 March?").query.until == date(2026, 3, 19)
    assert reading("What happened in March?").query.until == date(2026, 4, 30)
    assert reading("What happened since March?").query.until is None


def test_a_record_without_days_is_not_narrowed_by_them() -> None:
    assert not read(Query("What happened in March?"), SOURCES, None, TODAY)


def test_passages_hold_every_quoted_phrase(index: Index) -> None:
    put(
        index,
        article("a", "The loan was approved. The pier was closed."),
        article("b", "The pier, closed, was approved for a loan."),
    )
    query = index.read(Query('Who wrote "the pier was closed"?')).query
    assert [passage.article.id for passage in index.search(query)] == ["a"]
    assert index.search(index.read(Query('Who wrote "no such words"?')).query) == []
