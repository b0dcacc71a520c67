"""How well the sample articles are found, answered and kept silent about; fails when quality falls.

The figures are floors a little under what is reached: a small set, so that one lost question shows.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.flow import AnswerFlow
from bot.commands.demo import SAMPLES
from bot.extractive.writer import ExtractiveWriter
from bot.settings import Settings
from bot.types import Answer, Outcome
from index.embedding.embedder import Embedder
from index.store import Index
from index.types import Query
from ingest.pipeline import ingest
from ingest.sources.files import find

pytestmark = pytest.mark.slow

ANSWERED = {
    "Why did Sheinbaum refuse the troops?": "sovereignty",
    "How many people were injured when the ferry struck the north pier?": "injured",
    "When did the replacement ferry begin service?": "30 March",
    "How many sailings a day does the Grey Tansy make?": "six sailings",
    "Who leads the independent inquiry?": "Marit Oduval",
    "When did Osmund Pryle resign?": "17 April",
    "How long had the fog signal been silent before the crash?": "ten days",
    "How many councillors voted for the loan?": "11 votes to four",
    "How much will the town borrow to rebuild the pier?": "£1.9 million",
    "What is the budget of the inquiry?": "£180,000",
    "Who is the captain of the Lady Wrenna?": "Maskell",
    "What caused the ferry crash, according to the interim report?": "stuck propeller valve",
    "How much did the new fog signal cost?": "£18,500",
    "Which company won the contract for the work on the pier?": "Brennock Marine",
    "How many residents does Skarrow Island have?": "2,300",
    "Where were the hearings of the inquiry held?": "Corn Hall",
    "Who will run the harbour until a successor is found?": "Nell Garrowby",
    "How long does the password reset link work?": "30 minutes",
    "How much does the Team plan cost?": "€6",
    "How many guests can an event have?": "150 guests",
    "Within how many days can I get a refund of a yearly subscription?": "30 days",
    "How large can an attachment be?": "20 MB",
    "After how many days is the data of a deleted account erased?": "14 days",
    "What did Corrow say about prescriptions?": "without a prescription",
    "How many people have died in Mexico's violence in nearly two decades?": "450,000",
}
SILENT = (
    "How much compensation did the passengers receive?",
    "Who won the football World Cup in 2022?",
    "What is the capital of Mongolia?",
    "How old is Ilsabet Corrow?",
    "Which university did Marit Oduval attend?",
    "Does Plannock have an app for smart watches?",
    "What is the name of Joren Maskell's wife?",
    "How tall is the lighthouse of Orrinmouth?",
    "When will Plannock open an office in Japan?",
    "Which actor plays the captain in the film about the crash?",
    "What did the French president say about the cartels?",
    "How many bicycles were sold in Denmark last year?",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Iterator[Index]:
    home: Path = tmp_path_factory.mktemp("quality") / "record"
    Index.create(home)
    with Index(home, model) as index:
        ingest(index, list(find([str(SAMPLES)])))
        yield index


@pytest.fixture(scope="module")
def flow(index: Index) -> AnswerFlow:
    writer = ExtractiveWriter(index.embedder.embed_tokens)
    return AnswerFlow(index, writer, Settings.threshold, Settings.passages)


@pytest.fixture(scope="module")
def answers(flow: AnswerFlow) -> dict[str, Answer]:
    return {question: flow.invoke(Query(question)) for question in (*ANSWERED, *SILENT)}


def share(held: list[bool]) -> float:
    return sum(held) / len(held)


def test_most_questions_that_the_articles_answer_are_answered(answers: dict[str, Answer]) -> None:
    answered = [answers[question].outcome is Outcome.ANSWERED for question in ANSWERED]
    assert share(answered) >= 0.8


def test_the_best_passages_hold_the_answer(index: Index) -> None:
    ranks = []
    for question, answer in ANSWERED.items():
        found = index.search(Query(question), 10)
        ranks.append(next((n for n, passage in enumerate(found, 1) if answer in passage.text), 0))
    assert share([rank == 1 for rank in ranks]) >= 0.85
    assert sum(1 / rank for rank in ranks if rank) / len(ranks) >= 0.9


def test_a_sure_answer_stands_alone(answers: dict[str, Answer]) -> None:
    assert len(answers["When did the replacement ferry begin service?"].sentences) == 1


def test_what_is_shown_holds_the_answer(answers: dict[str, Answer]) -> None:
    given = [answers[q] for q in ANSWERED if answers[q].outcome is Outcome.ANSWERED]
    right = [any(ANSWERED[a.query.text] in s.text for s in a.sentences) for a in given]
    first = [ANSWERED[a.query.text] in a.sentences[0].text for a in given]
    assert share(right) >= 0.9
    assert share(first) >= 0.8


def test_questions_that_the_articles_do_not_answer_are_refused(answers: dict[str, Answer]) -> None:
    assert share([answers[question].outcome is Outcome.NOT_ON_RECORD for question in SILENT]) >= 0.9


def test_scores_tell_the_two_apart(answers: dict[str, Answer]) -> None:
    above = [answers[a].score > answers[s].score for a in ANSWERED for s in SILENT]
    assert share(above) >= 0.95


def test_every_quote_is_verbatim(answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        for citation in answer.citations:
            quote = citation.quote
            assert quote.article.text[quote.start : quote.end] == quote.text


def test_the_month_or_the_outlet_of_its_article_in_a_question_costs_no_answer(
    flow: AnswerFlow, answers: dict[str, Answer]
) -> None:
    given = [a for a in answers.values() if a.sentences]
    kept = []
    for answer in given:
        article = answer.citations[0].quote.article
        question = answer.query.text.rstrip("?")
        day = article.published_day
        asked = [f"{question}, according to {article.source}?"] if article.source else []
        asked += [f"{question} in {day:%B %Y}?"] if day else []
        kept += [bool(flow.invoke(one).sentences) for one in asked]
    assert share(kept) >= 0.95
