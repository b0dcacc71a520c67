"""A look after each refresh: what it finds once, whoever else looks, is cut off, or has the wrong time."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.kept_answers.look_over import is_behind, where_it_is
from bot.kept_answers.to_ask import ToAsk
from index.embedding.embedder import Embedder
from index.types import Article
from tests.bot.kept_answers.conftest import ASKED, FERRY, LIBRARY, OPENS, Kept

_DAY = 86_400.0


def test_what_there_is_no_time_for_is_told_to_be_left_and_asked_again_by_the_next_look(kept: Kept) -> None:
    kept.wait("w1", "w2", text=OPENS)
    kept.put(LIBRARY)
    cut = kept.look(seconds=0.0)
    assert (cut.answered, cut.left) == (0, 2)
    with kept.index.catalog.read() as snapshot:
        assert is_behind(kept.store, snapshot)
    looked = kept.look()
    assert (looked.answered, looked.left) == (2, 0)
    assert kept.kinds() == ["now_on_record", "now_on_record"]
    with kept.index.catalog.read() as snapshot:
        assert not is_behind(kept.store, snapshot)


def test_a_look_that_is_killed_before_it_notes_what_it_did_says_nothing_twice(
    kept: Kept, model: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.wait("w1", "w2", "w3")
    kept.put(LIBRARY)
    with monkeypatch.context() as patch:
        patch.setattr(ToAsk, "done", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kept.look()
    # All were asked again, and nobody knows it.
    again = Kept(kept.home, model)
    assert ToAsk(kept.home).count() == 3
    assert again.look().answered == 0
    assert again.kinds() == ["now_on_record"] * 3
    assert again.look().found == 0


def test_two_looks_at_once_find_each_thing_once(kept: Kept, model: Embedder) -> None:
    kept.keep("a1", "a2")
    kept.wait("w1", "w2")
    kept.put(replace(FERRY, text=FERRY.text.replace("14", "17")), LIBRARY)
    others = [Kept(kept.home, model) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        looks = list(pool.map(lambda one: one.look(), others))
    assert sorted(kept.kinds()) == ["changed", "changed", "now_on_record", "now_on_record"]
    assert sum(look.found for look in looks) == 4
    assert kept.look().found == 0


def test_a_record_from_a_backup_is_taken_as_it_is_and_what_comes_after_it_is_found(
    kept: Kept, model: Embedder
) -> None:
    kept.keep("a1")
    copy = kept.home.with_name("backup")
    kept.index.close()
    shutil.copytree(kept.home, copy)
    ahead = Kept(kept.home, model)
    ahead.put(replace(FERRY, text=FERRY.text.replace("14", "17")))
    assert ahead.look().found == 1
    ahead.index.close()
    # The record alone: what is kept beside it knows more than it.
    for name in ("catalog.sqlite3", "catalog.sqlite3-wal", "catalog.sqlite3-shm"):
        (kept.home / name).unlink(missing_ok=True)
    shutil.copy(copy / "catalog.sqlite3", kept.home)
    restored = Kept(kept.home, model)
    restored.wait("w1")
    assert restored.look().found == 0
    assert restored.kinds() == ["changed"]
    restored.put(replace(FERRY, text=FERRY.text.replace("14", "17")), LIBRARY)
    assert restored.look().found == 1
    assert restored.kinds() == ["changed", "now_on_record"]


def test_a_clock_that_jumps_ahead_for_an_hour_forgets_nothing_and_one_that_stays_does(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("a1")
    now = time.time()

    def at(days: float) -> tuple[int, int]:
        monkeypatch.setattr(time, "time", lambda: now + days * _DAY)
        kept.store.expire("terminal", 30)
        return kept.store.count()

    assert at(400) == (1, 0)
    assert at(400.04) == (1, 0)
    assert at(0.1) == (1, 0)
    assert at(400) == (1, 0)
    assert at(401.1) == (0, 0)


def test_what_was_told_by_a_clock_that_was_ahead_does_not_use_up_every_day_until_then(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("a1", "a2", place="slack T C 1")
    kept.put(replace(FERRY, text=FERRY.text.replace("14", "17")))
    kept.look()
    numbers = [finding.number for finding, _ in kept.store.findings()]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1000 * _DAY)
    assert kept.store.begin(numbers)
    kept.store.end(numbers, "told", "C1")
    monkeypatch.setattr(time, "time", lambda: now)
    assert kept.store.told_lately("C1") == 1
    monkeypatch.setattr(time, "time", lambda: now + 1.1 * _DAY)
    assert kept.store.told_lately("C1") == 0


OTHER = FERRY.text.replace("14", "17")


@pytest.mark.parametrize(
    ("day", "text", "found"),
    [
        ("2026-03-02", OTHER, []),
        ("2026-03-06", f"{OTHER} The harbour office had spoken of 14 injured.", []),
        ("2026-03-06", OTHER.replace("17", "Fourteen"), []),
        ("2026-03-06", OTHER, ["superseded"]),
    ],
    ids=["earlier", "repeats the old value", "the same value", "later, with another value"],
)
def test_only_a_later_article_that_says_otherwise_and_nowhere_the_same_supersedes(
    kept: Kept, day: str, text: str, found: list[str]
) -> None:
    kept.keep("a1")
    kept.put(replace(FERRY, id="other", text=text, published=day))
    kept.look()
    assert kept.kinds() == found


@pytest.mark.parametrize(
    ("updated", "other", "found"),
    [
        ("", {"published": "2026-03-01", "updated": "2026-03-06"}, ["superseded"]),
        ("", {"published": "", "updated": "2026-03-06"}, ["superseded"]),
        ("2026-03-09", {"published": "2026-03-06"}, []),
    ],
    ids=["published earlier and updated later", "only updated", "earlier than the update of the quoted one"],
)
def test_which_of_two_articles_is_later_is_told_by_their_updates_too(
    kept: Kept, updated: str, other: dict[str, str], found: list[str]
) -> None:
    kept.put(replace(FERRY, updated=updated))
    kept.keep("a1")
    kept.put(replace(FERRY, id="other", text=OTHER, **other))
    kept.look()
    assert kept.kinds() == found


def test_what_is_quoted_first_is_superseded_though_something_newer_is_quoted_below_it(kept: Kept) -> None:
    later = Article("later", "The harbour office reopened.", published="2026-03-09")
    kept.put(later)
    kept.keep("a1")
    stored = kept.store.get("a1")
    assert stored is not None
    (first,) = stored.quotes
    below = replace(
        first, n=2, article_id="later", revision=later.revision, text=later.text, sentences=(later.text,),
        start=0, end=len(later.text), before="", after="", about={"published": "2026-03-09"},
    )  # fmt: skip
    with kept.index.catalog.read() as snapshot:
        kept.store.keep(replace(stored, quotes=(first, below)), where_it_is(snapshot))
    kept.put(replace(FERRY, id="other", text=OTHER, published="2026-03-06"))
    kept.look()
    assert kept.kinds() == ["superseded"]


def test_a_question_that_waits_is_answered_by_what_came_since_and_by_nothing_older(kept: Kept) -> None:
    kept.wait("w1", text=ASKED)
    kept.put(
        replace(FERRY, id="pier", text="The north pier at Orrinmouth was closed after the ferry struck it.")
    )
    assert kept.look().found == 0
    kept.put(replace(FERRY, id="count", text=FERRY.text.replace("14", "17"), published="2026-03-09"))
    kept.look()
    assert kept.kinds() == ["now_on_record"]
