"""What somebody asked is taken out of every file, and out of its bytes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.chat import THREAD
from bot.conversations import Conversations, Turn
from bot.kept_answers.store import KeptAnswers, Looked
from bot.kept_answers.types import TERMINAL, KeptAnswer
from bot.slack.answer_question import thread_name
from bot.slack.database import Database
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.kept import place_of
from bot.types import Outcome
from index.types import Query
from tests.conftest import Run

TEXTS = {"U0ANA": "Who is to blame, asks Ana?", "U0BEN": "Who is to blame, asks Ben?"}


def turn(key: str, text: str) -> Turn:
    return Turn(key, text, text, "", Outcome.NOT_ON_RECORD, datetime.now(UTC))


@pytest.fixture
def asked(home: Path) -> Path:
    """A folder in which two people asked in one thread of Slack, and somebody at the terminal."""
    database, conversations, kept = Database(home), Conversations(home), KeptAnswers(home)
    kept.keep(KeptAnswer("k", TERMINAL, Query("Who is to blame, asks the terminal?"), 0.0), Looked(0, 0))
    for number, (user, text) in enumerate(TEXTS.items()):
        question = SlackQuestion(
            team="T1", channel="C1", ts=f"1.{number}", user=user, thread="1.0", text=text,
            kind=EventKind.MENTION, version="",
        )  # fmt: skip
        database.claim(question)
        place = place_of(("T1", "C1", question.ts))
        kept.keep(KeptAnswer(f"k{user}", place, Query(text), 0.0), Looked(0, 0))
        id_ = database.keep(question, {"text": text, "nearest": []})
        given = database.given(id_)
        assert given is not None
        database.rate(given, "U0BEN", "down", f"of {user}")
        conversations.add(thread_name("T1", "C1", "1.0"), turn(question.ts, text))
    conversations.add(THREAD, turn("x", "Who is to blame, asks the terminal?"))
    database.close()
    return home


def held(home: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in home.iterdir())


def test_a_person_is_forgotten_and_nobody_else(asked: Path, onrecord: Run) -> None:
    ended = onrecord("forget", "U0ANA", "--json").json
    assert (ended["questions in Slack"], ended["turns of conversations"]) == (1, 0)
    assert not held(asked, TEXTS["U0ANA"])
    assert not held(asked, "of U0ANA")
    assert held(asked, TEXTS["U0BEN"])
    assert onrecord("forget", "U0ANA", "--json").json["questions in Slack"] == 0


def test_what_was_asked_at_the_terminal_is_forgotten(asked: Path, onrecord: Run) -> None:
    told = onrecord("forget", "terminal").out
    assert "1 turns" in told
    assert "1 kept answers" in told
    assert not held(asked, "asks the terminal")
    assert held(asked, TEXTS["U0ANA"])


def test_everybody_is_forgotten(asked: Path, onrecord: Run) -> None:
    assert onrecord("forget", "everybody").code == 0
    assert not held(asked, "to blame")


def test_forgetting_makes_no_files_and_refuses_who_is_nobody(home: Path, onrecord: Run) -> None:
    home.mkdir()
    assert onrecord("forget", "everybody").code == 0
    assert not list(home.iterdir())
    ended = onrecord("forget", "Ana")
    assert (ended.code, "is nobody" in ended.err) == (2, True)
