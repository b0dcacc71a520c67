"""Records as the bot opens them: with what made them, and before anybody asks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.answer_pool import AnswerPool
from bot.slack.settings import ChannelSettings
from index.embedding.embedder import Vectors, load_embedder
from index.store import Index
from index.types import Query
from tests.conftest import WordEmbedder, article, put

MAIN = ChannelSettings()

pytestmark = pytest.mark.slow


class Counting(WordEmbedder):
    """Remembers the queries that it embedded."""

    def __init__(self, key: str, dimension: int) -> None:
        super().__init__(key, dimension)
        self.queries: list[str] = []

    def embed_query(self, text: str) -> Vectors:
        self.queries.append(text)
        return super().embed_query(text)


@pytest.fixture
def work(home: Path) -> Iterator[AnswerPool]:
    opened = AnswerPool(Settings(home=home), workers=1)
    yield opened
    opened.close()


def test_each_record_is_searched_with_the_encoder_that_made_it(work: AnswerPool, home: Path) -> None:
    keys = {encoder: load_embedder(encoder=encoder).key for encoder in ("torch", "onnx-int8")}
    for encoder, key in keys.items():
        Index.create(home / encoder)
        with Index(home / encoder, WordEmbedder(key, 384)) as index:
            put(index, article("ferry", "The ferry struck the pier."))
    opened = {encoder: work.index(replace(MAIN, home=home / encoder)).embedder.key for encoder in keys}
    assert opened == keys


def test_where_there_is_no_record_yet_the_model_is_loaded_all_the_same(work: AnswerPool, home: Path) -> None:
    work.warm(MAIN)
    assert not home.exists()


def test_suggestions_embed_no_question_but_their_own_and_leave_no_threads(
    work: AnswerPool, home: Path
) -> None:
    Index.create(home)
    embedder = Counting(load_embedder().key, 384)
    with Index(home, embedder) as index:
        put(index, article("ferry", "The ferry struck the pier."))
    work._records._embedders[embedder.key] = embedder
    questions = ["What struck the pier?", "What did the ferry strike?", "Who struck the pier?"]
    for question in questions:
        work.answers(MAIN, Query(question))
    for thread in list(work.index(MAIN)._warming):
        thread.join()
    assert work.index(MAIN)._warming == set()
    assert len([text for text in embedder.queries if text not in questions]) == 1


def test_all_records_share_one_reranker(home: Path, tmp_path: Path) -> None:
    opened = AnswerPool(Settings(home=home, reranker=str(tmp_path)), workers=1)
    try:
        for name in ("news", "council"):
            Index.create(home / name)
        one, other = (opened.index(replace(MAIN, home=home / name)) for name in ("news", "council"))
        assert one._rerank is other._rerank is not None
    finally:
        opened.close()
