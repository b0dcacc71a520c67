"""Days that a question names in words."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.query.date_spans import Span, named_span

NOW = date(2026, 4, 20)  # a Monday


def span_in(question: str, now: date) -> Span | None:
    named = named_span(question, now)
    return named.days if named else None


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("What happened on 2026-03-12?", "12 March 2026"),
        ("What happened on 16 April?", "16 April 2026"),
        ("What happened on December 24?", "24 December 2025"),
        ("Who won on the 3rd of March, 2024?", "3 March 2024"),
        ("What did the council decide in March?", "1–31 March 2026"),
        ("What did it cost in May?", "1–31 May 2025"),
        ("What did it cost in Feb. 2024?", "1–29 February 2024"),
        ("Who left in 2024?", "1 January – 31 December 2024"),
        ("Who came in the spring of 2025?", "1 March – 31 May 2025"),
        ("Who came in winter 2024?", "1 December 2024 – 28 February 2025"),
        ("What did she say last week?", "7–20 April 2026"),
        ("What is new this week?", "13–20 April 2026"),
        ("Who resigned last month?", "1–31 March 2026"),
        ("Who resigned last year?", "1 January – 31 December 2025"),
        ("Who resigned last summer?", "1 June – 31 August 2025"),
        ("Who voted yesterday?", "19 April 2026"),
        ("Who spoke on Friday?", "17 April 2026"),
        ("Who spoke last Monday?", "13 April 2026"),
        ("What was said ten days ago?", "8–12 April 2026"),
        ("What was said in the last 3 weeks?", "30 March – 20 April 2026"),
        ("What has changed since March?", "since 1 March 2026"),
        ("What has changed since the election of 2024?", "since 1 January 2024"),
        ("What has changed after 3 March?", "since 4 March 2026"),
        ("What was known before 12 March 2026?", "until 11 March 2026"),
        ("Who spoke between March and May 2025?", "1 March – 31 May 2025"),
        ("Who spoke from 3 to 5 March?", "3–5 March 2026"),
        ("Who spoke in March, on 12 March?", "12 March 2026"),
        ("What has changed after 2025?", "since 1 January 2026"),
        ("Who spoke the day before yesterday?", "18 April 2026"),
        ("What has changed since last Tuesday?", "since 14 April 2026"),
        ("What has changed since Friday?", "since 17 April 2026"),
        ("Who left in the first half of 2025?", "1 January – 30 June 2025"),
        ("Who left in early 2025?", "1 January – 30 April 2025"),
        ("Who spoke on 3.11.2025?", "3 November 2025"),
    ],
)
def test_days_in_words_are_read_from_the_day_of_asking(question: str, span: str) -> None:
    assert str(span_in(question, NOW)) == span


@pytest.mark.parametrize(
    "question",
    [
        "Who is the harbour master?",
        "What may the council do?",
        "How many of the 2000 seats were taken?",
        "How did the march end?",
        "What was found that had been frozen 46,000 years ago?",
        "What does it cost today's buyers?",
        "How much more is it than a year ago?",
        "What happened on 31 February?",
        "Did it happen in 2019 or in 2021?",
        "Who sang this winter?",
        # What a quarter's report says is not published in it.
        "What was the profit in the third quarter of 2025?",
        "What was the profit in Q1 2026?",
        "",
    ],
)
def test_what_names_no_day_or_more_than_one_is_left_alone(question: str) -> None:
    assert span_in(question, NOW) is None


@settings(database=None)
@given(
    st.lists(
        st.sampled_from(
            "in on since before from to between and last this the 3 31 2024 29 february march week ago "
            "monday months yesterday spring of two 2026-02-30 days .".split()
        ),
        max_size=12,
    ),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_any_words_give_a_span_in_order_or_none(words: list[str], now: date) -> None:
    span = span_in(" ".join(words), now)
    if span is not None:
        assert str(span)
        assert span.start or span.end
        if span.start and span.end:
            assert span.start <= span.end


@pytest.mark.parametrize(
    "question", ["What happened yesterday?", "What is new since Friday?", "In February?"]
)
def test_days_before_the_calendar_begins_are_none(question: str) -> None:
    assert named_span(question, date(1, 1, 1)) is None
