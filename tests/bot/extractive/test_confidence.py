"""How probable an answer is held to be."""

from dataclasses import replace
from datetime import date

import pytest

from bot.extractive.candidates import candidates
from bot.extractive.confidence import in_time, log_odds, probability
from bot.extractive.writer import ExtractiveWriter
from index.types import Article, Query
from tests.bot.extractive.articles import HERALD, TIMETABLE, passages
from tests.conftest import WordEmbedder


@pytest.mark.parametrize("question", ["", "???", "a" * 100_000, '"', "\0", "who " * 500])
def test_any_question_gets_a_probability(words: WordEmbedder, question: str) -> None:
    writing = ExtractiveWriter(words.embed_tokens).write(Query(question), passages(HERALD))
    assert 0.0 <= writing.score <= 1.0


def test_what_the_articles_speak_of_is_more_probable_than_what_they_do_not(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed_tokens)
    told = writer.write(Query("How many people were hurt when the Marlin sank?"), passages(HERALD))
    untold = writer.write(Query("Which striker scored twice for Albion?"), passages(HERALD))
    assert untold.score < 0.5 < told.score


@pytest.mark.parametrize(
    ("told", "not_told"),
    [
        ("How many people were hurt on the Marlin?", "How old was the captain of the Marlin?"),
        ("When was the Marlin built?", "How much did the Marlin cost?"),
        ("How many people were hurt?", "How long is the Marlin?"),
    ],
)
def test_a_figure_that_no_sentence_gives_makes_an_answer_improbable(
    words: WordEmbedder, told: str, not_told: str
) -> None:
    def explained(question: str) -> set[str]:
        writing = ExtractiveWriter(words.embed_tokens).write(Query(question), passages(HERALD))
        assert writing.explanation is not None
        return {one.name for one in writing.explanation.odds if one.value}

    assert "number or day missing" not in explained(told)
    assert "number or day missing" in explained(not_told)


def test_a_question_about_this_week_is_not_answered_by_last_year() -> None:
    now = date(2027, 3, 12)
    best = candidates(passages(HERALD))[0]
    assert not in_time("Which ferry sank this week?", now, passages(HERALD), best)
    assert in_time("Which ferry sank?", now, passages(HERALD), best)
    assert in_time("Which ferry sank this week?", None, passages(HERALD), best)
    assert in_time("Which ferry sank this week?", now, passages(HERALD, Article("u", "Undated.")), best)
    changed = replace(HERALD, updated="2027-03-10")
    assert in_time("Which ferry sank this week?", now, passages(changed), best)
    signals = (0.6, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    late, timely = (log_odds(signals, in_time=so, contradicted=False) for so in (False, True))
    assert probability(late) < probability(timely)


def test_the_sunday_of_a_timetable_is_any_sunday() -> None:
    asked = "When does the last ferry sail on Sunday?"
    rows = candidates(passages(TIMETABLE))
    assert in_time(asked, date(2027, 3, 12), passages(TIMETABLE), rows[-1])
    assert not in_time(asked, date(2027, 3, 12), passages(HERALD), candidates(passages(HERALD))[0])


def test_what_says_the_opposite_of_the_question_is_a_less_probable_answer(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed_tokens)
    asked = writer.write(Query("Which ferry sank off Port Hale on Monday night?"), passages(HERALD))
    denied = writer.write(Query("Which ferry never sank off Port Hale on Monday night?"), passages(HERALD))
    assert denied.score < asked.score - 0.2
    assert list(denied.drafts)


def test_the_background_of_a_mail_says_nothing_of_the_time_that_is_asked_about(words: WordEmbedder) -> None:
    mail = "Dear crew,\nwe come next week.\nWhen is the last ferry?\nSee you on Monday!\nAnn"
    asked = "When is the last ferry?"
    writer = ExtractiveWriter(words.embed_tokens)
    put = Query(mail, now=date(2027, 3, 12), topic=asked)
    bare = Query(asked, now=date(2027, 3, 12))
    assert writer.write(put, passages(TIMETABLE)).score == writer.write(bare, passages(TIMETABLE)).score
