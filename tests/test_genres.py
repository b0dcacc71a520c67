"""How well articles of every kind are answered from: help, handbooks, releases, news, interviews, tables.

A third of the hard questions in tests/genres; `make bench-quality` asks all. The figures are floors a little
under what is reached.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.json_output import answer_json
from bot.settings import Settings
from bot.types import Answer
from index.catalog.location import RecordLocation
from index.embedding.embedder import Embedder
from index.postgresql.address import Database
from index.store import Index
from index.transfer import copy_record
from index.types import Query
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.genres import ARTICLES, GenreQuestion, questions

NOW = date(2026, 11, 26)
ASKED = questions()[::3]


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Iterator[AnswerFlow]:
    home: Path = tmp_path_factory.mktemp("genres") / "record"
    Index.create(home)
    with Index(home, model) as index:
        ingest(index, list(find([str(ARTICLES)])))
        yield AnswerFlow(
            index, ExtractiveWriter(index.embedder.embed_tokens), Settings.threshold, Settings.passages
        )


@pytest.fixture(scope="module")
def answers(flow: AnswerFlow) -> list[tuple[GenreQuestion, Answer]]:
    return [(question, flow.invoke(Query(question.text, now=NOW))) for question in ASKED]


def test_a_catalog_in_a_database_gives_the_same_answers(
    flow: AnswerFlow, answers: list[tuple[GenreQuestion, Answer]], database: Database
) -> None:
    file = flow._means.index
    inside = RecordLocation(file.home, database)
    copy_record(file.location, inside)
    with Index(inside, file.embedder) as index:
        # One graph for both: what Chroma finds differs a little from one opening of a folder to the next.
        index._open = file._open
        writer = ExtractiveWriter(index.embedder.embed_tokens)
        other = AnswerFlow(index, writer, Settings.threshold, Settings.passages)
        for question, answer in answers[::4]:
            again = other.invoke(Query(question.text, now=NOW))
            assert {**answer_json(again), "timings": {}} == {**answer_json(answer), "timings": {}}


def share(of: list[bool]) -> float:
    return sum(of) / len(of)


def test_the_first_sentence_answers(answers: list[tuple[GenreQuestion, Answer]]) -> None:
    right = [
        bool(a.sentences) and all(re.search(gold, a.sentences[0].text) for gold in q.gold)
        for q, a in answers
        if q.gold
    ]
    assert share(right) >= 0.55


def test_what_is_on_record_is_not_refused(answers: list[tuple[GenreQuestion, Answer]]) -> None:
    assert share([not a.sentences for q, a in answers if q.gold]) <= 0.25


def test_what_is_not_on_record_is_refused(answers: list[tuple[GenreQuestion, Answer]]) -> None:
    assert share([not a.sentences for q, a in answers if not q.gold]) >= 0.65


def test_every_quote_is_verbatim(answers: list[tuple[GenreQuestion, Answer]]) -> None:
    for _, answer in answers:
        for citation in answer.citations:
            quote = citation.quote
            assert quote.article.text[quote.start : quote.end] == quote.text


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("How many houses were damaged in Lom in November 2025?", "340"),
        ("How many houses were damaged in the flood in Lom last year?", "340"),
        ("How many firefighters were hurt according to the Dunmore Echo?", "Two firefighters"),
        ("When was Ingrid Sorlie born?", "11 July 1931"),
        ("what is e1047", "recipient does not exist"),
    ],
)
def test_days_outlets_names_and_codes_in_words_are_answered(flow: AnswerFlow, asked: str, held: str) -> None:
    assert any(held in sentence.text for sentence in flow.invoke(Query(asked, now=NOW)).sentences)


def test_a_refusal_says_how_much_was_searched_and_under_which_limits(flow: AnswerFlow) -> None:
    answer = flow.invoke(Query("Which songs were sung at the fair?", sources=("Coast Wire",), now=NOW))
    assert not answer.sentences
    assert answer.searched is not None
    assert 0 < answer.searched < 58


def test_small_talk_is_answered_without_a_search(flow: AnswerFlow) -> None:
    answer = flow.invoke("Thank you very much!")
    assert answer.aside
    assert not answer.nearest
