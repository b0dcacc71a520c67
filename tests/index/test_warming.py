"""What is loaded beside, before the first search needs it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.embedding.embedder import Vectors
from index.errors import ModelMismatch
from index.store import Index
from tests.conftest import WordEmbedder, put
from tests.index.test_store import FERRY, found


def join_warming(index: Index) -> None:
    for thread in list(index._warming):
        thread.join()


def test_what_an_interruption_kept_from_being_warmed_is_not_waited_for(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), index:
        index.warm()


def test_an_index_is_warmed_once_and_keeps_no_ended_threads(index: Index) -> None:
    put(index, FERRY)
    asked: list[str] = []

    class Counting(WordEmbedder):
        def embed_query(self, text: str) -> Vectors:
            asked.append(text)
            return super().embed_query(text)

    with Index(index.location, Counting()) as warmed:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(25):
                pool.submit(warmed.warm)
        join_warming(warmed)
        warmed.warm()
        assert warmed._warming == set()
        assert len(asked) == 1


def test_what_is_warmed_is_there_for_the_first_search_and_errors_wait_for_it(
    index: Index, words: WordEmbedder
) -> None:
    put(index, FERRY)
    with Index(index.location, words) as warmed:
        warmed.warm()
        join_warming(warmed)
        assert len(warmed._open) == 1
        assert found(warmed, "ferry") == ["ferry"]
    with Index(index.location, WordEmbedder("words@2")) as other:
        other.warm()
        with pytest.raises(ModelMismatch):
            found(other, "ferry")
