"""What was not answered, told to a channel once a week and printed by the command line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.slack.database import Database
from bot.slack.events import EventKind, SlackQuestion
from tests.conftest import Run
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.state import TEAM, Message
from tests.fakeslack.trials import CHANNEL

GAPS = "C0000ESC"
REFUSED = {
    "question": "", "status": "not_on_record", "sentences": [], "citations": [], "score": 0.1,
    "model": "extractive",
    "nearest": [{"article_id": "a", "title": "Ferry strikes north pier", "source": "Northshore Wire"}],
}  # fmt: skip
WHO_PAYS = "Who will pay for the dragon in the town hall?"
ANSWERED_NOW = "How many people were injured when the ferry struck the north pier?"


def keep(database: Database, question: str, user: str, channel: str, number: int) -> str:
    ask = SlackQuestion(TEAM, channel, f"{number}.0", user, f"{number}.0", question, EventKind.MENTION)
    return database.keep(ask, {**REFUSED, "question": question})


@pytest.fixture
def home(samples: Path, tmp_path: Path) -> Path:
    """A record with a week of refused questions."""
    shutil.copytree(samples, tmp_path / "record")
    database = Database(tmp_path / "record")
    keep(database, WHO_PAYS, "U00ADA", CHANNEL, 1)
    keep(database, WHO_PAYS, "U00BEN", "D00BEN", 2)
    keep(database, WHO_PAYS, "U0ALIEN", CHANNEL, 3)
    keep(database, "Is the mayor of Atlantis ill?", "U00CYD", "D00CYD", 4)
    keep(database, ANSWERED_NOW, "U00ADA", CHANNEL, 5)
    database.close()
    return tmp_path / "record"


def told(slack: FakeSlack) -> list[Message]:
    return [one for one in slack.state.messages.values() if one.channel == GAPS]


def test_a_channel_is_told_once_a_week_with_names_of_its_own_workspace_alone(
    slack: FakeSlack, start: Callable[..., Bot], home: Path
) -> None:
    bot = start(home, gaps=GAPS)
    (message,) = slack.until(lambda: told(slack), 120)
    shown = message.shown()
    assert WHO_PAYS in shown
    assert "Not answered 3 times, by 3 people" in shown
    assert "and 1 more" in shown
    assert "Ferry strikes north pier" in shown.split("Nearest:")[1]
    assert "Answered since" in shown
    assert "Atlantis" not in shown
    assert bot.stop() == 0, bot.said()
    again = start(home, gaps=GAPS)
    slack.quiet(3.0)
    assert len(told(slack)) == 1
    assert again.stop() == 0, again.said()


def test_the_command_line_counts_people_and_names_none(onrecord: Run, home: Path) -> None:
    gaps = json.loads(onrecord("gaps", "--json", "--home", home).out)["gaps"]
    first = gaps[0]
    assert (first["question"], first["refused"], first["badly_rated"], first["people"]) == (WHO_PAYS, 3, 0, 3)
    assert first["nearest"]["title"] == "Ferry strikes north pier"
    assert first["answered_since"] is None
    assert {gap["question"] for gap in gaps if gap["answered_since"]} == {ANSWERED_NOW}
    shown = onrecord("gaps", "--home", home).out
    assert "U00" not in shown
    assert "Nearest: Northshore Wire, “Ferry strikes north pier”" in shown
    assert onrecord("gaps", "--html", "--home", home).out.startswith("<!doctype html>")


def test_bad_ratings_count_and_old_ones_do_not(onrecord: Run, home: Path) -> None:
    database = Database(home)
    given = database.given(keep(database, "What sank?", "U00ADA", CHANNEL, 9))
    assert given is not None
    given.body["status"] = "answered"
    database.rate(given, "U00BEN", "down", "wrong")
    database.rate(given, "U00CYD", "up")
    database.close()
    gaps = json.loads(onrecord("gaps", "--json", "--home", home).out)["gaps"]
    (sank,) = [gap for gap in gaps if gap["question"] == "What sank?"]
    assert (sank["refused"], sank["badly_rated"], sank["people"]) == (1, 1, 2)
    assert json.loads(onrecord("gaps", "--json", "--since", "0d", "--home", home).out)["gaps"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [(["--since", "a while"], "write it as 7d, 2w"), (["--json", "--html"], "Choose one form")],
)
def test_bad_input_gets_one_sentence(onrecord: Run, samples: Path, given: list[str], said: str) -> None:
    ended = onrecord("gaps", *given, "--home", samples)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert said in ended.err
