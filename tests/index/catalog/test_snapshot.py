"""What is remembered of the catalog between questions."""

from typing import Any

from index.catalog.snapshot import Snapshot
from index.store import Index
from tests.conftest import article, put


class ClearedByOthers(dict[Any, Any]):
    """A memory that another thread clears right after each look and each entry."""

    def __contains__(self, key: object) -> bool:
        there = super().__contains__(key)
        self.clear()
        return there

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self.clear()


def test_a_memory_that_another_thread_clears_loses_no_answer(index: Index) -> None:
    put(index, article("ferry", "The ferry struck the pier.", source="Wire"))
    memory = ClearedByOthers()
    with index.catalog.read() as caught:
        snapshot = Snapshot(caught.db, memory)
        assert snapshot.count() == (1, 1)
        assert snapshot.sources() == [("Wire", 1)]
    assert memory == {}


def test_what_was_asked_of_a_generation_is_asked_of_the_file_once(index: Index) -> None:
    put(index, article("ferry", "The ferry struck the pier.", source="Wire"))
    with index.catalog.read() as snapshot:
        assert snapshot.sources() is snapshot.sources()
