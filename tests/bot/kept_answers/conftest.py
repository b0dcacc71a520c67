"""A record with one article, and what is kept beside it."""

from datetime import date
from pathlib import Path

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.kept_answers.keeping import keep_answer, keep_question
from bot.kept_answers.look_over import Looking, look_over
from bot.kept_answers.telling import Telling
from index.embedding.embedder import Embedder
from index.store import Index
from index.types import Article, Query
from tests.conftest import put

HURT = "14 people were injured when the ferry struck the north pier at Orrinmouth."
ASKED = "How many people were injured when the ferry struck the north pier?"
OPENS = "When does the new library open?"
FERRY = Article(
    "ferry",
    f"Fog lay over the harbour. {HURT}",
    "Ferry strikes pier",
    "Northshore Wire",
    published="2026-03-03",
)
LIBRARY = Article("library", "The new library opens on 9 May 2026.", "Library", "The Herald")


class Kept:
    """A record and its kept answers, as one process has them open."""

    def __init__(self, home: Path, model: Embedder) -> None:
        if not Index.exists(home):
            Index.create(home)
        self.home = home
        self.index = Index(home, model)
        self.store = Telling(home)
        self.flow = AnswerFlow(self.index, ExtractiveWriter(model.embed_tokens), 0.5)

    def put(self, *articles: Article) -> None:
        put(self.index, *articles)

    def look(self, seconds: float | None = None) -> Looking:
        return look_over(self.index, self.store, self.flow, seconds)

    def keep(self, *ids: str, text: str = ASKED, place: str = "terminal") -> None:
        answer = self.flow.invoke(Query(text, now=date(2026, 3, 3)))
        for id_ in ids:
            keep_answer(self.store, self.index.catalog, id_, place, answer)

    def wait(self, *ids: str, text: str = OPENS) -> None:
        for id_ in ids:
            query = Query(text, now=date(2026, 3, 3))
            keep_question(self.store, self.index.catalog, id_, "terminal", query)

    def kinds(self) -> list[str]:
        return [finding.kind.value for finding, _ in self.store.findings()]


@pytest.fixture
def kept(tmp_path: Path, model: Embedder) -> Kept:
    opened = Kept(tmp_path / "record", model)
    opened.put(FERRY)
    return opened
