"""What a question's own words constrain."""

import re
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.query import constraints as index_reading
from index.query.constraints import (
    Constraints,
    _letters,
    _Name,
    _names,
    _outlets,
    _without_names,
    parse_question,
)
from index.store import Index
from index.types import Query
from tests.conftest import article, put

SOURCES = ("Reuters", "usatoday.com", "theweek.co.uk", "The Vessary Ledger")
TODAY = date(2026, 4, 20)


def reading(text: str, **given: object) -> Constraints:
    return parse_question(Query(text, **given), SOURCES, date(2026, 1, 1), TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        (
            "What did he say in March, according to Reuters?",
            "published or updated 1–31 March 2026 by Reuters",
        ),
        ("What has USA Today reported on gas?", "by usatoday.com"),
        ("How does the Week's account differ?", "by theweek.co.uk"),
        (
            "What was reported by the Vessary Ledger on 4 March?",
            "published or updated 4 March 2026 by The Vessary Ledger",
        ),
        ("Which outlet quotes “the territory is sacrosanct”?", "with “the territory is sacrosanct”"),
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
    assert parse_question(asked, SOURCES, date(2026, 1, 1), TODAY) == Constraints(asked, asked)


def test_the_span_searched_is_the_span_told_and_widens_only_where_it_leaves_no_answer() -> None:
    narrow, wide, all_ = reading("What happened on 12 March?").wider()
    assert (str(narrow), narrow.query.until) == ("published or updated 12 March 2026", date(2026, 3, 12))
    assert (str(wide), wide.query.until) == ("published or updated 12–19 March 2026", date(2026, 3, 19))
    assert (str(all_), all_.query.since, all_.query.until) == ("", None, None)
    assert [str(one) for one in reading("What happened since March?").wider()] == [
        "published or updated since 1 March 2026",
        "",
    ]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Who voted against the budget in February 2026?", "Who voted against the budget?"),
        ("In March, who voted against the budget?", "who voted against the budget?"),
        ("Who voted against it, according to the Vessary Ledger?", "Who voted against it?"),
        ("What has changed since the election of 2026?", "What has changed since the election of?"),
        ("Hello, can you tell me who left last month? Thanks!", "who left?"),
        ("WHO VOTED AGAINST THE BUDGET?", "who voted against the budget?"),
    ],
)
def test_what_narrows_and_what_is_polite_is_not_searched_for(question: str, topic: str) -> None:
    assert reading(question).query.sought == topic


def test_pasted_code_is_no_phrase_that_must_stand() -> None:
    assert not reading('Why does curl -H "Authorization: Bearer $KEY" fail?').phrases
    assert not reading('Why does print("hello world") fail?').phrases


def test_a_record_without_days_is_not_narrowed_by_them() -> None:
    assert not parse_question(Query("What happened in March?"), SOURCES, None, TODAY)


def test_passages_hold_every_quoted_phrase(index: Index) -> None:
    put(
        index,
        article("a", "The loan was approved. The pier was closed."),
        article("b", "The pier, closed, was approved for a loan."),
    )
    query = index.parse_question(Query('Who wrote "the pier was closed"?')).query
    assert [passage.article.id for passage in index.search(query)] == ["a"]
    assert index.search(index.parse_question(Query('Who wrote "no such words"?')).query) == []


NAMES = (
    "Reuters", "Reuters Africa", "The Week", "Week", "theweek.co.uk", "www.usatoday.com", "USA Today", "A.M.",
    "x-press", "El País", "Le Journal de l'Été", "ΟΔΟΣ ΝΕΑ", "İstanbul Haber", "Die Straße", "[Wire]", "a",
    " ", "the.com",
)  # fmt: skip
TELLING = (
    "according to ",
    "reported by the ",
    " reported",
    "'s account",
    " wrote",
    "the ",
    "\u201cAll is well\u201d",
    " in March",
)
pieces = st.one_of(
    st.sampled_from(TELLING), st.sampled_from(NAMES), st.text("aeitsTSİıſßΣς\u0307é.- ", max_size=4)
)


def changed(text: str, how: str) -> str:
    return {"upper": text.upper(), "lower": text.lower(), "close": text.replace(" ", ""), "same": text}[how]


texts = st.builds(
    changed, st.lists(pieces, max_size=6).map("".join), st.sampled_from(("upper", "lower", "close", "same"))
)


def every_pattern_tried(sources: tuple[str, ...]) -> list[_Name]:
    """Names that no question is without."""
    return [_Name(source, "") for source in sources]


@settings(deadline=None, max_examples=300)
@given(question=texts, more=st.lists(texts.filter(bool), max_size=3))
def test_outlets_are_found_and_taken_out_as_if_every_pattern_were_tried(
    question: str, more: list[str]
) -> None:
    sources = (*NAMES, *more)
    tried = every_pattern_tried(sources)
    assert list(_outlets(question, _names(sources))) == list(_outlets(question, tried))
    assert _without_names(question, _names(sources)) == _without_names(question, tried)


def test_patterns_are_made_only_of_outlets_whose_letters_stand_in_the_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    spoken = index_reading._spoken
    monkeypatch.setattr(index_reading, "_spoken", lambda source: made.append(source) or spoken(source))
    outlets = [f"Outlet {n} of the Coast" for n in range(1000)]
    found = parse_question(Query("What did Outlet 7 of the Coast report in March?"), outlets, None, TODAY)
    assert found.sources == ("Outlet 7 of the Coast",)
    assert set(made) == {"Outlet 7 of the Coast"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What has Reuters Africa reported?", ("Reuters Africa",)),
        ("What has Reuters reported, according to USAToday?", ("Reuters", "USA Today", "www.usatoday.com")),
        ("Who won, according to A.M.?", ("A.M.",)),
        ("Who won, according to the x-press?", ("x-press",)),
        ("Who won, according to EL PAÍS?", ("El País",)),
        ("Who won, according to El Pais?", ()),
        ("Who won, according to οδοςνεα?", ("ΟΔΟΣ ΝΕΑ",)),
        ("Who won, according to [Wire]?", ("[Wire]",)),
        ("Who won the Tour de Reuters?", ()),
    ],
)
def test_names_within_names_with_punctuation_and_with_accents(question: str, named: tuple[str, ...]) -> None:
    sources = tuple(name for name in NAMES if len(name) > 1 and name != "the.com")
    assert set(parse_question(Query(question), sources, None, TODAY).sources) == set(named)


def test_letters_that_ignoring_case_takes_for_the_same_are_the_same() -> None:
    every = map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1)))
    cased = [one for one in every if {one} != {one.lower(), one.upper(), one.casefold()}]
    text = "".join(cased)
    for one in cased:
        for other in re.findall(re.escape(one), text, re.IGNORECASE):
            assert _letters(one) == _letters(other), (one, other)
