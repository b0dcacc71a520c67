"""What several threads ask for at the same moment is made once."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from bot.model import chat_model
from index.embedding import reranker
from index.made_once import made_once


def at_once(ask: Callable[[], Any]) -> list[Any]:
    """What each of eight threads gets."""
    began, given = threading.Barrier(8), []

    def asking() -> None:
        began.wait()
        given.append(ask())

    threads = [threading.Thread(target=asking) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_threads_that_ask_at_the_same_moment_get_the_same() -> None:
    made = []

    @made_once
    def slowly(name: str) -> object:
        made.append(name)
        time.sleep(0.05)
        return object()

    assert len(set(at_once(lambda: slowly("a")))) == 1
    assert slowly("b") is not slowly("a")
    assert made == ["a", "b"]


def test_what_could_not_be_made_is_tried_again() -> None:
    failing = [OSError("not yet")]

    @made_once
    def made() -> int:
        if failing:
            raise failing.pop()
        return 1

    with pytest.raises(OSError, match="not yet"):
        made()
    assert made() == 1


def test_a_reranker_is_loaded_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    class Model:
        def predict(self, pairs: Sequence[tuple[str, str]], **_: object) -> np.ndarray:
            return np.ones(len(pairs))

    def load(model: str, revision: str) -> Model:
        loaded.append(model)
        time.sleep(0.05)
        return Model()

    monkeypatch.setattr(reranker, "cross_encoder", load)
    rerank = reranker.load_reranker("some/model", "a1b2")
    assert rerank is not None
    assert [len(scores) for scores in at_once(lambda: rerank("What?", ["A.", "B."]))] == [2] * 8
    assert loaded == ["some/model"]


def test_all_models_are_read_on_one_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    real = asyncio.new_event_loop

    def slowly() -> asyncio.AbstractEventLoop:
        time.sleep(0.05)
        return real()

    monkeypatch.setattr(asyncio, "new_event_loop", slowly)
    # Anew: another test may have asked for it.
    loop = made_once(chat_model._loop.__wrapped__)
    loops = set(at_once(loop))
    assert len(loops) == 1
    for one in loops:
        one.call_soon_threadsafe(one.stop)
        while one.is_running():
            time.sleep(0.01)
        one.close()
