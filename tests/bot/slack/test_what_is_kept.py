"""What the database keeps of a question, for how long, and who can read it."""

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.database import FILE, WAITING, WORKING, Database, Revision
from bot.slack.events import Attachment
from bot.slack.replica_table import Left
from index.errors import RecordUnreadable
from tests.bot.slack.questions import ASK, begin


def test_a_file_of_an_earlier_version_is_read_and_counts_from_now_on(tmp_path: Path) -> None:
    Database(tmp_path).claim(ASK)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("DROP INDEX asks_by_holder")
        for column in ("tries", "holder", "queued", "resumed"):
            db.execute(f"ALTER TABLE asks DROP COLUMN {column}")
        # Versions had no numbers then.
        db.execute("PRAGMA user_version = 0")
    later = Database(tmp_path)
    assert later.take_over("T1") == [Left(ASK, WAITING, 0)]
    begin(later, claim=False)
    assert later.take_over("T1", {ASK.key}) == [Left(ASK, WORKING, 1)]
    later.close()


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
    assert database.revise(replace(ASK, text="who paid then?", version="3.0")) is Revision.NONE
    assert database.take("T1") is None
    assert not database.claim(ASK)


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


def test_what_was_deleted_stands_in_no_file_any_more(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.claim(replace(ASK, text="who paid for the lighthouse?"))
    given = database.given(database.keep(ASK, {"sentences": ["Mabel Quince paid."]}))
    assert given is not None
    database.rate(given, "U1", "down", "wrong: it was the harbour master")
    database.withdraw(ASK.key)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for words in (b"lighthouse", b"Mabel Quince", b"harbour master"):
        assert words not in left
    database.close()


def test_what_a_question_leans_on_is_kept_with_it_unless_it_was_edited_meanwhile(database: Database) -> None:
    database.claim(ASK)
    files = (Attachment("F1", "a.pdf", "pdf", 3),)
    leaning = replace(ASK, said=("The library opens in May.", "When?"), files=files)
    database.lean(leaning)
    assert begin(database, claim=False).ask == leaning
    database.revise(edited := replace(ASK, text="who paid then?", version="3.0"))
    database.lean(leaning)
    assert begin(database, edited, claim=False).ask == edited


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    Database(tmp_path).close()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, and long enough to be looked at as one" * 9)
    with pytest.raises(RecordUnreadable, match="move the file away"):
        Database(tmp_path)
