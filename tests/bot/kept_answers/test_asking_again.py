"""Which kept questions new chunks touch: those near in meaning, and those whose words a chunk holds."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.kept_answers.asking_again import AskingAgain
from bot.kept_answers.keeping import keep_answer, keep_question
from bot.kept_answers.look_over import look_over
from bot.kept_answers.store import KeptAnswers
from index.catalog.vector_codec import vector_of
from index.embedding.embedder import Embedder
from index.store import Index
from index.types import Article, Query
from tests.bot.kept_answers.conftest import ASKED, FERRY, Kept
from tests.conftest import put

OPENS = "When does the new library in Orrinmouth open?"
BORN = "When was Teresa Okafor born?"
MINE = (
    "The copper mine at Vessary closes in June after ninety years. The company said that the ore is nearly "
    "exhausted and that pumping water from the lower galleries costs more than the metal brings. Four "
    "hundred miners lose their work. The union asks for retraining and for the winding tower to be kept. A "
    "geologist of the regional survey expects the groundwater to rise by two metres a year once the pumps "
    "are off. The town council wants a museum in the engine house. "
)


@pytest.fixture
def index(tmp_path: Path, model: Embedder) -> Index:
    Index.create(tmp_path)
    index = Index(tmp_path, model)
    put(index, Article("mine", MINE, "Copper mine closes"), Article("ferry", "The ferry struck the pier."))
    return index


def touched(index: Index, home: Path, row: int) -> list[str]:
    with index.catalog.read() as snapshot:
        store = KeptAnswers(home)
        again = AskingAgain(
            index, AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), 0.5), store
        )
        found = [store.get(one.id) for one in again.touched(snapshot, row)]
        return [kept.query.text for kept in found if kept]


def wait(index: Index, home: Path, *questions: str) -> KeptAnswers:
    store = KeptAnswers(home)
    for number, text in enumerate(questions):
        keep_question(store, index.catalog, f"w{number}", "terminal", Query(text, now=date(2026, 3, 3)))
    return store


def test_a_question_is_asked_again_where_a_chunk_on_something_else_holds_its_rare_words(
    index: Index, tmp_path: Path, model: Embedder
) -> None:
    store = wait(index, tmp_path, BORN, "How tall is the lighthouse on Skerry Point?")
    before = store.looked()
    assert before is not None
    put(
        index,
        Article("mine", f"{MINE}Teresa Okafor was born on 2 May 1969 in Leeds.", "Copper mine closes"),
    )
    with index.catalog.read() as snapshot:
        blobs = snapshot.vectors(list(range(before.row + 1, before.row + 9))).values()
    near = max(float(model.embed_query(BORN) @ vector_of(blob).astype(np.float32)) for blob in blobs)
    assert near < 0.35
    assert touched(index, tmp_path, before.row) == [BORN]
    look_over(index, store, AnswerFlow(index, ExtractiveWriter(model.embed_tokens), 0.5))
    ((finding, kept),) = store.findings()
    assert kept.query.text == BORN
    assert "2 May 1969" in str(finding.answer)


def test_words_in_older_chunks_and_common_words_alone_touch_nothing(index: Index, tmp_path: Path) -> None:
    store = wait(index, tmp_path, "When does the copper mine at Vessary close?", "Who is Teresa Okafor?")
    before = store.looked()
    assert before is not None
    put(index, Article("bread", "Bakers said that flour costs more.", "Bread"))
    assert touched(index, tmp_path, before.row) == []


TOPICS = (
    "Rain flooded the cellars of the old town.", "The bakery on Mill Lane raised its prices.",
    "A goalkeeper left the rovers for a rival.", "Beekeepers counted fewer hives this spring.",
    "The tram to the airport runs every hour.", "A violin was stolen from the concert hall.",
    "Farmers blocked the road with tractors.", "The zoo showed its new snow leopard.",
    "A bridge inspector found rust in the cables.", "The mayor opened a school for nurses.",
    "A whale swam into the river mouth.", "The cinema shows silent films in May.",
    "Doctors at the clinic went on strike.", "A hot air balloon landed in a vineyard.",
)  # fmt: skip


def news(index: Index) -> None:
    """What is alike was published within a day, as news is."""
    told = [
        Article(f"{topic}{day}", f"{text} {more}", published=f"2025-{1 + topic % 12:02}-{10 + day}")
        for topic, text in enumerate(TOPICS)
        for day, more in enumerate(("Police came.", "It is not over."))
    ]
    put(index, *told)


@pytest.mark.parametrize(("published", "found"), [("2024-05-02", []), ("2025-10-02", ["now_on_record"])])
def test_what_is_over_a_year_older_than_a_question_is_waited_for_only_where_days_tell_nothing(
    tmp_path: Path, model: Embedder, published: str, found: list[str]
) -> None:
    Index.create(tmp_path)
    index = Index(tmp_path, model)
    # Of each topic two articles of a year that is drawn by lot: too few to say whether days tell anything.
    dice = Random(4)
    told = [
        Article(f"{n}{more}", f"{text} {more}", published=f"{dice.randrange(2010, 2026)}-05-02")
        for n, text in enumerate(TOPICS)
        for more in ("Police came.", "It is not over.")
    ]
    put(index, *told)
    store = wait(index, tmp_path, OPENS)
    put(index, Article("new", "The new library in Orrinmouth opens on 9 May.", published=published))
    look_over(index, store, AnswerFlow(index, ExtractiveWriter(model.embed_tokens), 0.5))
    assert [finding.kind.value for finding, _ in store.findings()] == found


def told(home: Path, model: Embedder, asked: str, new: Article, *, news_only: bool) -> list[str]:
    """What a question that waits is told when `new` comes, in a record of news or of anything."""
    Index.create(home)
    index = Index(home, model)
    put(index, Article("ferry", "The ferry struck the pier."))
    if news_only:
        news(index)
    store = wait(index, home, asked)
    put(index, new)
    look_over(index, store, AnswerFlow(index, ExtractiveWriter(model.embed_tokens), 0.5))
    return [finding.kind.value for finding, _ in store.findings()]


@pytest.mark.parametrize(("published", "updated", "news_only", "found"), [
    ("2024-05-02", "", True, []),
    ("2024-05-02", "2026-03-04", True, ["now_on_record"]),
    ("2026-02-20", "", True, ["now_on_record"]),
    ("2024-05-02", "", False, ["now_on_record"]),
])  # fmt: skip
def test_what_was_news_long_before_a_question_was_asked_is_not_what_it_waits_for(
    tmp_path: Path, model: Embedder, published: str, updated: str, news_only: bool, found: list[str]
) -> None:
    text = "The new library in Orrinmouth opens on 9 May."
    new = Article("new", text, published=published, updated=updated)
    assert told(tmp_path, model, OPENS, new, news_only=news_only) == found


@pytest.mark.parametrize(("asked", "published", "news_only", "found"), [
    ("Which library opened in Orrinmouth this week?", "2026-02-20", True, []),
    ("Which library opened in Orrinmouth this week?", "2026-02-26", True, ["now_on_record"]),
    ("Which library opened in Orrinmouth this week?", "2026-02-20", False, []),
    ("Which library opened in Orrinmouth on Sunday?", "2026-02-20", True, []),
    ("Which library opened in Orrinmouth on Sunday?", "2026-02-20", False, ["now_on_record"]),
    ("Which library opened in Orrinmouth in October?", "2025-10-20", True, ["now_on_record"]),
    ("Which library opened in Orrinmouth in October?", "2025-08-20", True, []),
])  # fmt: skip
def test_what_is_older_than_the_days_that_a_question_names_is_not_waited_for(
    tmp_path: Path, model: Embedder, asked: str, published: str, news_only: bool, found: list[str]
) -> None:
    new = Article("new", "The new library in Orrinmouth opened on Sunday.", published=published)
    assert told(tmp_path, model, asked, new, news_only=news_only) == found


def test_news_that_was_long_past_when_a_question_was_asked_supersedes_what_is_older_still(kept: Kept) -> None:
    news(kept.index)
    answer = kept.flow.invoke(Query(ASKED, now=date(2026, 6, 1)))
    keep_answer(kept.store, kept.index.catalog, "a1", "terminal", answer)
    other = replace(FERRY, id="other", text=FERRY.text.replace("14", "17"), published="2026-03-06")
    kept.put(other)
    kept.look()
    assert kept.kinds() == ["superseded"]


def test_a_quiz_that_asks_the_same_is_no_answer_to_what_waits(
    index: Index, tmp_path: Path, model: Embedder
) -> None:
    question = "New drillings show that the rock below Orrinmouth is what?"
    store, flow = (
        wait(index, tmp_path, question),
        AnswerFlow(index, ExtractiveWriter(model.embed_tokens), 0.5),
    )
    quiz = f"Our quiz of May.\n\n3. The ferry ran aground where?\n\n4. {question}\n\nA. Chalk\n\nB. Slate"
    put(index, Article("quiz", quiz))
    assert look_over(index, store, flow).asked == 1
    assert store.findings() == []
    put(index, Article("new", "New drillings show that the rock below Orrinmouth is chalk."))
    look_over(index, store, flow)
    assert len(store.findings()) == 1
