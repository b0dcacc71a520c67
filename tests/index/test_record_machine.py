"""The record against a plain dictionary: whatever is put, changed and removed, with restarts in between."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.store import Batch, Index
from index.types import Article, Query
from ingest.pipeline import prepare, rebuild
from tests.conftest import WordEmbedder

pytestmark = pytest.mark.slow

IDS = st.sampled_from([f"a{n}" for n in range(6)])
WORDS = st.lists(st.sampled_from("ferry pier Orme loan fog 17 é ”".split(" ")), min_size=1, max_size=6)


class Record(RuleBasedStateMachine):
    """What is on record, and what should be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, str] = {}
        Index.create(self.folder)
        self.index = Index(self.folder, WordEmbedder())

    def teardown(self) -> None:
        self.index.close()
        shutil.rmtree(self.folder)

    @rule(puts=st.dictionaries(IDS, WORDS, max_size=3), removed=st.frozensets(IDS, max_size=2))
    def publish(self, puts: dict[str, list[str]], removed: frozenset[str]) -> None:
        """Articles come, change and go in one publication."""
        texts = {id_: f"Article {id_} says {' '.join(words)}." for id_, words in puts.items()}
        prepared = tuple(
            prepare(Article(id_, text, title="T"), self.index.embedder) for id_, text in texts.items()
        )
        gone = removed - puts.keys()
        with self.index.session() as session:
            if missing := session.missing(text for one in prepared for text in one.texts):
                session.embed(missing)
            session.publish(Batch(puts=prepared, removed=tuple(gone)))
            session.tidy()
        self.model = {id_: text for id_, text in self.model.items() if id_ not in gone} | texts

    @rule()
    def restart(self) -> None:
        """Another process opens it."""
        self.index.close()
        self.index = Index(self.folder, WordEmbedder())

    @rule()
    def rebuild(self) -> None:
        """All that is derived is made again."""
        rebuild(self.index)

    @invariant()
    def same(self) -> None:
        """What is stored and what is found is what should be."""
        with self.index.catalog.read() as snapshot:
            assert {article.id: article.text for article in snapshot.articles()} == self.model
        passages = self.index.search(Query("What does the article say?"), k=30)
        found = {one.id for passage in passages for one in (passage.article, *passage.copies)}
        assert found == self.model.keys()
        assert self.index.verify() == []


Record.TestCase.settings = settings(
    max_examples=3, stateful_step_count=4, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRecord = Record.TestCase
