import sqlite3
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.query.full_text import essential_expression, match_expression, search_words
from index.query.time_intent import recency, speaks_of_these_days


@pytest.fixture(scope="module")
def base() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE chunks_fts USING fts5("
        "title, text, tokenize='porter unicode61 remove_diacritics 2')"
    )
    rows = [
        ("Ferry sinks", "The ferry Marlin sank off Port Hale. All crew were rescued."),
        ("Harbour rebuilt", "Port officials said the harbour will be rebuilt in two years."),
        ("", "Nothing about the sea here: NEAR AND OR NOT title text."),
    ]
    connection.executemany("INSERT INTO chunks_fts VALUES (?, ?)", rows)
    return connection


def matches(base: sqlite3.Connection, expression: str) -> list[int]:
    if not expression:
        return []
    rows = base.execute(
        "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY bm25(chunks_fts, 1.0, 1.0)",
        (expression,),
    )
    return [row for (row,) in rows]


def test_any_word_may_match_in_any_form(base: sqlite3.Connection) -> None:
    assert matches(base, match_expression("Which ferries were sinking?")) == [1]


def test_words_side_by_side_count_more_than_words_apart() -> None:
    assert match_expression("Where is Port Hale?") == '"port" OR "hale" OR "port hale"'


def test_words_apart_in_the_question_make_no_phrase() -> None:
    assert '"crew port"' not in match_expression("the crew of the Port")


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'; DROP TABLE x; --",
        "title:ferry",
        "ferry AND",
        "NEAR(",
        "a\0b",
        "* ^ - + {} ()",
        "text : port",
        "ſ ﬁ ǅ ʼn ٣ 𝟜 ⅷ",
    ],
)
def test_nothing_in_a_question_is_read_as_syntax(base: sqlite3.Connection, text: str) -> None:
    matches(base, match_expression(text))


@settings(max_examples=200)
@given(st.text())
@example('"ferry" NOT "sank"')
@example("\ud800 lone")
def test_every_text_makes_an_expression_that_sqlite_accepts(text: str) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
    expression = match_expression(text)
    if expression:
        base.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
    base.close()


def test_a_question_of_any_length_stays_small() -> None:
    long = " ".join(f"word{n}" for n in range(100_000 // 7))
    assert len(match_expression(long)) < 5_000


def test_nothing_searchable_is_an_empty_expression() -> None:
    assert match_expression("?!… —") == ""


def test_function_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert search_words(["who", "is", "the", "mayor"]) == ["mayor"]
    assert search_words(["who", "are", "the", "who"]) == ["who", "are", "the"]


def test_words_in_most_chunks_are_left_out_unless_there_is_nothing_else() -> None:
    frequency = {"police": 80, "marlin": 1}.get
    assert search_words(["police", "marlin"], lambda word: frequency(word, 0), 100) == ["marlin"]
    assert search_words(["police"], lambda word: frequency(word, 0), 100) == ["police"]


def test_nearness_in_time_weighs_most_where_the_question_speaks_of_now() -> None:
    now = date(2026, 3, 12)
    assert recency("Who resigned this week?", now) > recency("Who built the harbour?", now)
    assert recency("Who built the harbour?", now) > recency("Who built the harbour in 1987?", now)


def test_a_question_about_days_is_told_from_one_about_no_time() -> None:
    assert speaks_of_these_days("What sank on Monday?")
    assert not speaks_of_these_days("Who is the current mayor?")


def test_common_words_are_left_out_of_a_large_collection_where_rare_ones_suffice() -> None:
    frequencies = {"mayor": 90_000, "orrinmouth": 300, "pier": 9_000, "voted": 60_000}
    spoken = ["mayor", "orrinmouth", "pier", "voted"]
    assert search_words(spoken, frequencies.__getitem__, 1_000_000) == ["orrinmouth", "pier"]
    assert search_words(["mayor", "voted"], frequencies.__getitem__, 1_000_000) == ["mayor", "voted"]
    assert search_words(spoken, lambda word: frequencies[word] // 100, 10_000) == spoken


def test_only_chunks_that_hold_a_rare_word_are_scored_where_there_are_many() -> None:
    standing = {"ferry": 900, "struck": 2_500, "pier": 9_000, "march": 19_000}
    question = "When was the pier struck by the ferry in March?"
    assert essential_expression(question, standing.__getitem__, 100_000) == '"struck" OR "ferry"'


def test_a_word_that_stands_nowhere_does_not_keep_the_others_from_being_looked_for() -> None:
    standing = {"wrenna": 0, "lady": 3, "pier": 9_000, "march": 19_000}
    question = "Lady Wrenna, the pier, March"
    assert essential_expression(question, standing.__getitem__, 100_000) == '"lady" OR "wrenna" OR "pier"'
    assert '"pier"' in match_expression(question, standing.__getitem__, 100_000)
