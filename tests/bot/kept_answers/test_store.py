"""Kept answers, in a file and in a database: what is found out is told once, whoever looks and tells."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.after_refresh import run_commands
from bot.kept_answers.store import KeptAnswers, Looked
from bot.kept_answers.telling import BEGUN, NEW, TOLD, Telling
from bot.kept_answers.to_ask import ToAsk
from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind, Touched
from index.catalog.location import RecordLocation
from index.errors import UsageError
from index.types import Query

QUOTE = KeptQuote(1, "a", "r1", 0, 9, "Ada paid.", ("Ada paid.",))
ANSWER = KeptAnswer("k1", "slack T1 C1 1.0", Query("who paid?"), 5.0, "Ada paid.", (QUOTE,))
WAITS = KeptAnswer("k2", "slack T1 C1 2.0", Query("who won?"), 6.0)
CHANGED = Finding("k1", Kind.CHANGED, {"article_id": "a"}, new="Ben paid.")


@pytest.fixture
def store(location: RecordLocation) -> Telling:
    assert not KeptAnswers.exists(location)
    made = Telling(location)
    assert KeptAnswers.exists(location)
    made.keep(ANSWER, Looked(3, 7))
    made.keep(WAITS, Looked(4, 8))
    return made


def test_what_is_kept_comes_back_and_gives_way_to_a_later_one_at_its_place(store: Telling) -> None:
    assert (store.get("k1"), store.get("k2"), store.count()) == (ANSWER, WAITS, (1, 1))
    assert (store.waiting("slack T1"), store.waiting("terminal")) == ([WAITS], [])
    assert store.looked() == Looked(3, 7)
    store.keep(later := replace(ANSWER, id="k3", at=9.0), Looked(6, 9))
    assert (store.get("k1"), store.get("k3")) == (None, later)
    assert store.forget(place=ANSWER.place)
    assert store.forget_all("slack ") == 1
    assert store.count() == (0, 0)


def test_what_is_no_text_is_refused_and_no_file_is_said_to_be_damaged(store: Telling) -> None:
    with pytest.raises(UsageError, match="bytes that are no text"):
        store.keep(replace(WAITS, id="k4", command="echo \udcff"), Looked(4, 8))
    assert store.get("k4") is None


def test_vectors_of_questions_come_back_as_they_were(store: Telling) -> None:
    store.remember_vectors("m", [("k1", b"\x00\xff\x01")])
    assert {kept.id: vector for kept, vector, _ in store.questions("m")} == {
        "k1": b"\x00\xff\x01",
        "k2": None,
    }
    assert {vector for _, vector, _ in store.questions("other")} == {None}


def test_a_finding_is_kept_once_however_many_look_at_the_same_moment(
    store: Telling, location: RecordLocation
) -> None:
    def look(_: int) -> int:
        return KeptAnswers(location).settle([("k1", replace(QUOTE, revision="r2"))], [CHANGED])

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look, range(8))) == 1
    assert store.revisions() == {"a": {"r2"}}
    ((found, kept),) = store.findings()
    assert (found.new, found.kind, kept.id) == ("Ben paid.", Kind.CHANGED, "k1")
    # Something lighter says nothing new.
    assert store.settle((), [replace(CHANGED, kind=Kind.CORRECTED)]) == 0


def test_of_many_that_tell_at_the_same_moment_one_begins(store: Telling, location: RecordLocation) -> None:
    store.settle((), [CHANGED])
    ((found, _),) = store.findings(state=NEW)

    def begin(_: int) -> bool:
        return Telling(location).begin([found.number])

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(begin, range(8))) == 1
    assert [one.number for one, _ in store.findings(state=BEGUN)] == [found.number]
    store.end([found.number], TOLD, "C1")
    assert (store.told_lately("C1"), store.told_lately("C2")) == (1, 0)


def test_a_question_that_waited_is_answered_once(store: Telling) -> None:
    found = Finding("k2", Kind.NOW_ON_RECORD, {}, answer={"status": "answered"})
    assert [store.answered(found, "Cyd won.", [replace(QUOTE, text="Cyd won.")]) for _ in range(2)] == [1, 0]
    assert store.waiting() == []
    kept = store.get("k2")
    assert kept is not None
    assert kept.said == "Cyd won."


@pytest.mark.slow
def test_a_command_is_run_from_a_file_and_never_from_a_database(
    location: RecordLocation, tmp_path: Path
) -> None:
    store = Telling(location)
    store.keep(replace(WAITS, command=f"touch {tmp_path / 'ran'}"), Looked(1, 1))
    store.answered(Finding("k2", Kind.NOW_ON_RECORD, {}, answer={}), "Cyd won.", [QUOTE])
    run_commands(store)
    assert (tmp_path / "ran").exists() is (location.database is None)


def test_channels_are_muted_and_answers_are_shared(store: Telling) -> None:
    assert (store.toggle("C1"), store.is_muted("C1"), store.toggle("C1"), store.is_muted("C1")) == (
        True, True, False, False,
    )  # fmt: skip
    store.share("k1")
    store.share("k1")
    store.share("nobody's")
    assert (store.is_shared("k1"), store.is_shared("nobody's")) == (True, False)
    assert store.count() == (1, 1)


def test_what_is_to_be_asked_again_stays_until_it_was_with_the_chunks_of_every_refresh(
    store: Telling, location: RecordLocation
) -> None:
    waiting = ToAsk(location)
    waiting.add(
        [Touched("k1", 0.9, 7, (8,)), Touched("k2", 1.2, 7, (8,)), Touched("gone", 1, 7, ())], Looked(5, 8)
    )
    waiting.add([Touched("k1", 1.5, 8, (9, 8))], Looked(6, 9))
    first, second = waiting.all()
    assert (first.id, first.likely, first.row, sorted(first.rows)) == ("k1", 1.5, 7, [8, 9])
    assert store.looked() == Looked(6, 9)
    # It was touched once more while it was asked.
    waiting.done([Touched("k1", 0.9, 7, (8,)), second])
    assert waiting.all() == [first]
    store.hold({}, Looked(2, 3))
    assert (waiting.count(), store.looked()) == (0, Looked(2, 3))


def test_what_is_too_old_for_a_day_is_forgotten_where_it_was_kept(
    store: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.expire("slack ", 30)
    store.expire("terminal", 30)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_500)
    store.expire("terminal", 30)
    assert store.count() == (1, 1)
    store.expire("slack ", 30)
    assert store.count() == (0, 0)
    assert store.count_findings() == {}
