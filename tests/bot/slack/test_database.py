"""What outlives the process."""

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.database import FILE, WORKING, Database
from bot.slack.events import Attachment, EventKind, SlackQuestion
from bot.slack.fair_queue import FairQueue, Full
from index.errors import RecordUnreadable

ASK = SlackQuestion("T1", "C1", "1.0", "U1", "1.0", "who paid?", EventKind.MENTION)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


def test_a_question_is_claimed_once_by_whoever_comes_first(tmp_path: Path, database: Database) -> None:
    other = Database(tmp_path)
    assert [database.claim(ASK), other.claim(ASK), database.claim(ASK)] == [True, False, False]
    other.close()


def test_in_a_channel_of_two_workspaces_only_one_of_them_claims_a_question(database: Database) -> None:
    assert database.claim(ASK)
    assert not database.claim(replace(ASK, team="T2"))
    assert [ask.team for ask, *_ in database.unfinished("T1")] == ["T1"]
    assert database.unfinished("T2") == []


def test_what_was_begun_and_not_finished_is_found_by_the_next_process(
    tmp_path: Path, database: Database
) -> None:
    database.claim(ASK)
    database.begin(ASK.key)
    database.replied(ASK.key, ("2.0", "2.1"))
    other = Database(tmp_path)
    assert other.unfinished("T1") == [(ASK, WORKING, 1)]
    other.again(ASK.key)
    assert other.begin(ASK.key) == (ASK, ("2.0", "2.1"))
    assert other.replies_in("T1", "C1", "1.0") == {"2.0", "2.1"}
    other.finish(ASK.key, "")
    assert other.unfinished("T1") == []
    other.close()


def test_tries_are_counted_but_not_those_that_ended_on_purpose_nor_those_before_an_edit(
    database: Database,
) -> None:
    database.claim(ASK)
    for tries in (1, 2):
        database.begin(ASK.key)
        assert database.unfinished("T1") == [(ASK, WORKING, tries)]
        database.again(ASK.key)
    database.begin(ASK.key)
    database.spare([ASK.key])
    assert database.unfinished("T1") == [(ASK, WORKING, 2)]
    database.revise(edited := replace(ASK, text="who paid then?", version="3.0"))
    database.begin(ASK.key)
    assert database.unfinished("T1") == [(edited, WORKING, 1)]


def test_a_file_of_an_earlier_version_is_read_and_counts_from_now_on(
    tmp_path: Path, database: Database
) -> None:
    database.claim(ASK)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("ALTER TABLE asks DROP COLUMN tries")
    later = Database(tmp_path)
    later.begin(ASK.key)
    assert later.unfinished("T1") == [(ASK, WORKING, 1)]
    later.close()


def test_an_edit_during_an_answer_makes_the_question_wait_again(database: Database) -> None:
    database.claim(ASK)
    database.begin(ASK.key)
    edited = replace(ASK, text="who paid then?", version="3.0")
    assert database.revise(edited)
    assert not database.revise(edited)
    assert not database.finish(ASK.key, ASK.version)
    assert database.begin(ASK.key) == (edited, ())


def test_a_deleted_question_keeps_neither_words_nor_answer_and_no_edit_brings_it_back(
    database: Database,
) -> None:
    database.claim(ASK)
    id_ = database.keep(ASK, {"sentences": []})
    given = database.given(id_)
    assert given is not None
    database.rate(given, "U1", "down", "wrong: Ada paid")
    assert database.withdraw(ASK.key) == ("1.0", ())
    assert database.given(id_) is None
    assert list(database.feedback()) == []
    assert not database.revise(replace(ASK, text="who paid then?", version="3.0"))
    assert database.begin(ASK.key) is None
    assert not database.claim(ASK)


def test_a_thread_is_the_askers_until_somebody_else_speaks(database: Database) -> None:
    database.claim(ASK)
    assert database.is_ours("T1", "C1", "1.0", "U1")
    assert not database.is_ours("T1", "C1", "1.0", "U2")
    database.spoke("T1", "C1", "1.0", "U1")
    assert database.is_ours("T1", "C1", "1.0", "U1")
    database.spoke("T1", "C1", "1.0", "U2")
    assert not database.is_ours("T1", "C1", "1.0", "U1")


def test_a_later_word_on_an_answer_replaces_an_earlier_one(database: Database) -> None:
    given = database.given(database.keep(ASK, {"sentences": []}))
    assert given is not None
    database.rate(given, "U1", "up")
    database.rate(given, "U1", "down", "wrong: it was Ada")
    (one,) = database.feedback()
    assert (one["rating"], one["comment"], one["question"]) == ("down", "wrong: it was Ada", "who paid?")


def test_what_is_old_is_forgotten_and_so_is_what_was_thought_of_it(database: Database) -> None:
    database.claim(ASK)
    database.finish(ASK.key, "")
    given = database.given(database.keep(ASK, {"sentences": []}))
    assert given is not None
    database.rate(given, "U1", "up")
    database.forget_before(-1)
    assert database.given(given.id) is None
    assert database.claim(ASK)
    assert list(database.feedback()) == []


def test_what_was_deleted_stands_in_no_file_any_more(tmp_path: Path, database: Database) -> None:
    database.claim(replace(ASK, text="who paid for the lighthouse?"))
    given = database.given(database.keep(ASK, {"sentences": ["Mabel Quince paid."]}))
    assert given is not None
    database.rate(given, "U1", "down", "wrong: it was the harbour master")
    database.withdraw(ASK.key)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for words in (b"lighthouse", b"Mabel Quince", b"harbour master"):
        assert words not in left


def test_what_a_question_leans_on_is_kept_with_it_unless_it_was_edited_meanwhile(database: Database) -> None:
    database.claim(ASK)
    files = (Attachment("F1", "a.pdf", "pdf", 3),)
    leaning = replace(ASK, said=("The library opens in May.", "When?"), files=files)
    database.lean(leaning)
    assert database.begin(ASK.key) == (leaning, ())
    database.revise(edited := replace(ASK, text="who paid then?", version="3.0"))
    database.lean(leaning)
    assert database.begin(ASK.key) == (edited, ())


def test_only_its_owner_can_read_it(tmp_path: Path, database: Database) -> None:
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, and long enough to be looked at as one" * 9)
    with pytest.raises(RecordUnreadable, match="move the file away"):
        Database(tmp_path)


def test_turns_go_round_the_people() -> None:
    async def turns() -> list[str]:
        queue = FairQueue(10, 3)
        for name in ("a0", "a1", "a2", "b0", "c0"):
            queue.put({"a": "ada", "b": "ben", "c": "cyd"}[name[0]], ("", "", name))
        asked = {"a0": "ada", "a1": "ada", "a2": "ada", "b0": "ben", "c0": "cyd"}
        # Of others: one's own are no others.
        ahead = {name: queue.before(user, ("", "", name)) for name, user in asked.items()}
        assert ahead == {"a0": 0, "a1": 2, "a2": 2, "b0": 1, "c0": 2}
        assert queue.before("dan", ("", "", "d0")) is None
        with pytest.raises(Full):
            queue.put("ada", ("", "", "a3"))
        return [(await queue.get())[2] for _ in range(5)]

    assert asyncio.run(turns()) == ["a0", "b0", "c0", "a1", "a2"]


def test_a_full_queue_takes_only_what_an_earlier_process_left() -> None:
    async def full() -> None:
        queue = FairQueue(1, 1)
        queue.put("ada", ("", "", "a0"))
        with pytest.raises(Full):
            queue.put("ben", ("", "", "b0"))
        queue.put("ben", ("", "", "b0"), anyway=True)
        assert len(queue) == 2

    asyncio.run(full())
