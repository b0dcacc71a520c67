"""What operators set, as people meet it: channels of their own, lists, limits, links; one bot for all."""

import json
import re
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.kept_answers.store import KeptAnswers
from index.embedding.embedder import Embedder
from index.store import Index
from ingest import pipeline
from ingest.sources.files import find
from tests.bot.slack.conftest import free_port, people
from tests.bot.slack.test_bot import opened, privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import ONRECORD, Bot, environment
from tests.fakeslack.state import Message
from tests.fakeslack.trials import small_articles
from tests.ingest.formats.documents import pdf
from tests.site import FERRY, Site, running, story

NEWS, OWN, TORN, DATED, SOURCED, LIKED, OTHER = (
    "C0000NEWS",
    "C00000OWN",
    "C0000TORN",
    "C0000DATED",
    "C00SOURCED",
    "C0000LIKED",
    "C0000OTHER",
)
INJURED = "How many people were injured when the ferry struck the pier?"
TROOPS = "Why did Sheinbaum refuse the troops?"


@dataclass
class Place:
    slack: FakeSlack
    bot: Bot
    site: Site
    home: Path
    health: str

    def ask(self, user: str, channel: str, text: str) -> Message:
        """The answer that everybody sees."""
        return self.slack.answers(channel, self.slack.mention(user, channel, text))[0]


@pytest.fixture(scope="module")
def place(samples: Path, model: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("channels")
    home, own, torn = folder / "record", folder / "own", folder / "torn"
    shutil.copytree(samples, home)
    Index.create(own)
    with Index(own, model) as index:
        pipeline.ingest(index, list(find([str(small_articles(folder / "articles"))])))
    shutil.copytree(own, torn)
    shutil.rmtree(torn / "vectors")
    users = ["U00ADA", "U00BEN", "U00CYD", "U0MANY", "U0BUSY", "U0SLOW", "U0LINKS", "U0ONE", "U0TWO"]
    toml = f"""
allow_private = true
[slack]
users = {json.dumps(users)}
channels = {json.dumps([NEWS, OWN, TORN, DATED, SOURCED, LIKED])}
workers = 1
waiting_each = 1
hourly_each = 12
[slack.channel.{OWN}]
home = "{own}"
[slack.channel.{TORN}]
home = "{torn}"
[slack.channel.{DATED}]
until = 2025-12-31
[slack.channel.{SOURCED}]
sources = ["The Vessary Ledger"]
[slack.channel.{LIKED}]
private = true
"""
    with FakeSlack() as slack, running() as site:
        people(slack)
        for user in (*users, "U00DAN"):
            slack.state.person(user)
        for channel in (NEWS, OWN, TORN, DATED, SOURCED, LIKED, OTHER):
            slack.state.channel(channel, *users, "U00DAN")
        port = free_port()
        bot = Bot(slack, home, folder / "log", "--health-port", str(port), toml=toml)
        yield Place(slack, bot, site, home, f"http://127.0.0.1:{port}")
        assert bot.stop() == 0, bot.said()
        assert "Traceback" not in bot.said(), bot.said()
        assert slack.state.rejected == []


def test_a_channel_with_a_record_of_its_own_is_answered_from_that_one(place: Place) -> None:
    answer = place.ask("U00ADA", OWN, INJURED)
    assert "14 people were injured when the ferry struck the pier on 3 March." in answer.shown()
    assert "sure of in the 3 articles" in place.ask("U00ADA", OWN, TROOPS).shown()
    place.slack.ask_privately("U00ADA", OWN, "status")
    privately(place.slack, "U00ADA", "3 articles")


def beside(place: Place, channel: str, text: str = INJURED) -> Message:
    """The answer in the pane while a channel is looked at."""
    entities = [{"type": "slack#/types/channel_id", "value": channel}]
    ts = place.slack.say("U00BEN", "D00BEN", text, app_context={"entities": entities})
    return place.slack.answers("D00BEN", ts)[0]


def test_in_the_pane_the_channel_that_is_looked_at_says_which_record_answers(place: Place) -> None:
    answer = beside(place, OWN)
    assert "14 people were injured when the ferry struck the pier on 3 March." in answer.shown()
    assert "as in the channel that you are looking at" in answer.shown()
    window = opened(place.slack, lambda: place.slack.press("U00BEN", answer, "passages"))
    assert "14 people were injured" in window
    assert "no longer on record" not in window
    # Where nothing is set apart, and where the bot does not answer.
    for channel in (NEWS, OTHER):
        assert "looking at" not in beside(place, channel).shown()


def test_in_the_pane_an_answer_is_looked_after_in_the_record_that_gave_it(place: Place) -> None:
    def kept() -> list[tuple[int, int]]:
        return [KeptAnswers(home).count() for home in (place.home, place.home.parent / "own")]

    (answers, waiting), (own_answers, own_waiting) = kept()
    beside(place, OWN)
    refused = beside(place, OWN, TROOPS)
    assert kept() == [(answers, waiting), (own_answers + 1, own_waiting)]
    place.slack.press("U00BEN", refused, "tell_me")
    assert place.slack.until(lambda: kept() == [(answers, waiting), (own_answers + 1, own_waiting + 1)])


def test_a_channels_sources_and_dates_bound_what_it_is_answered_from(place: Place) -> None:
    everywhere = place.ask("U00ADA", NEWS, INJURED).shown()
    assert "Northshore Wire" in everywhere
    assert "[1]" in everywhere
    sourced = place.ask("U00ADA", SOURCED, "How much will repairing the north pier cost?")
    assert "The Vessary Ledger" in sourced.shown()
    assert "Northshore Wire" not in sourced.shown()
    assert "Courier" not in sourced.shown()
    assert "[1]" not in place.ask("U00ADA", SOURCED, TROOPS).shown()
    assert "as a matter of sovereignty" in place.ask("U00ADA", DATED, TROOPS).shown()
    dated = place.ask("U00ADA", DATED, INJURED).shown()
    assert "Not on record" in dated
    assert "Northshore Wire" not in dated


def test_people_and_channels_that_are_not_listed_are_refused_privately(place: Place) -> None:
    slack = place.slack
    for user, channel, reason in (
        ("U00DAN", NEWS, "not set up to answer you; the people who run me can change that"),
        ("U00BEN", OTHER, "not set up to answer in this channel; ask me in a direct message instead"),
    ):
        ts = slack.mention(user, channel, TROOPS)
        privately(slack, user, reason)
        assert slack.state.replies(channel, ts) == []
    ts = slack.say("U00BEN", "D00BEN", TROOPS)
    assert "as a matter of sovereignty" in slack.answers("D00BEN", ts)[0].shown()
    asked = slack.ask_privately("U00DAN", NEWS, "status")
    (said,) = slack.until(lambda: [body for id_, body in slack.responses if id_ == asked])
    assert "not set up to answer you" in json.dumps(said)
    slack.open_app("U00DAN", "home")
    assert "21 articles" not in json.dumps(slack.until(lambda: slack.state.homes.get("U00DAN")))
    shown = place.ask("U00ADA", NEWS, TROOPS)
    window = opened(slack, lambda: slack.press("U00DAN", shown, "passages"))
    assert "not set up to answer you" in window
    assert "sovereignty" not in window


def test_who_lets_too_many_questions_wait_is_asked_to_come_back(place: Place) -> None:
    slack, go = place.slack, threading.Event()

    def parts() -> Iterator[bytes]:
        go.wait(20)
        yield story("Ferry strikes pier", *FERRY).encode()

    link = place.site.add("/slow", parts=parts)
    busy = slack.mention("U0SLOW", NEWS, f"read <{link}>")
    slack.until(lambda: place.site.asked and place.site.asked[-1].path == "/slow")
    waits = slack.mention("U0BUSY", NEWS, TROOPS)
    privately(slack, "U0BUSY", "comes before yours")
    refused = slack.mention("U0BUSY", NEWS, INJURED)
    privately(slack, "U0BUSY", "Too many questions are waiting just now; please ask again shortly.")
    go.set()
    assert "On record: " in slack.answers(NEWS, busy)[0].shown()
    assert "as a matter of sovereignty" in slack.answers(NEWS, waits)[0].shown()
    slack.quiet()
    assert slack.state.replies(NEWS, refused) == []


def test_who_asks_a_great_deal_within_an_hour_is_asked_to_go_on_later(place: Place) -> None:
    slack = place.slack
    for _ in range(12):
        place.ask("U0MANY", NEWS, "help")
    ts = slack.mention("U0MANY", NEWS, TROOPS)
    privately(slack, "U0MANY", "You have asked a great deal within this hour; please go on later.")
    assert slack.state.replies(NEWS, ts) == []
    assert "as a matter of sovereignty" in place.ask("U00BEN", NEWS, TROOPS).shown()


def test_links_to_pdf_files_are_read_and_walls_are_named(place: Place) -> None:
    site = place.site
    body = pdf("The lighthouse at Cape Tarrow was sold to the village for one pound.\nIt opens in June.")
    free = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": %s}</script>'
    answers = [
        (site.add("/report.pdf", body, kind="application/pdf"), "On record: "),
        (site.add("/scan.pdf", pdf(""), kind="application/pdf"), "OCR"),
        (site.add("/torn.pdf", b"%PDF-1.7 broken", kind="application/pdf"), "damaged"),
        (site.add("/paid", "Pay.", status=402), "It wants to be paid for (402)"),
        (site.add("/closed", "No.", status=403), "The site does not let it be read (403)"),
    ]
    shown = place.ask("U0LINKS", NEWS, "read " + " ".join(f"<{link}>" for link, _ in answers)).shown()
    for _, sentence in answers:
        assert sentence in shown, shown
    assert shown.count("Not read: ") == 4
    opening = site.add("/opening", story("Pier loan", FERRY[2], head=free % "false"))
    said = place.ask("U0LINKS", NEWS, f"read <{opening}>").shown()
    assert "its opening may be all that I could read" in said, said
    whole = site.add("/whole", story("Pier loan repaid", *FERRY, head=free % "true"))
    said = place.ask("U0LINKS", NEWS, f"read <{whole}>").shown()
    assert "On record: " in said
    assert "opening" not in said


def test_in_private_channels_whatever_is_said_is_said_to_the_asker_alone(place: Place) -> None:
    for text, holds in (("help", "Mention me"), (f"read <{place.site.url}/none>", "Not read: ")):
        ts = place.slack.mention("U00CYD", LIKED, text)
        privately(place.slack, "U00CYD", holds)
        assert place.slack.state.replies(LIKED, ts) == []


def test_a_private_answer_is_kept_private_when_its_asker_says_so(place: Place) -> None:
    slack = place.slack
    id_ = slack.ask_privately("U00BEN", NEWS, TROOPS)
    (said,) = slack.until(lambda: [body for i, body in slack.responses if i == id_])
    shown, before = Message(NEWS, "1.0", "", blocks=said["blocks"]), set(slack.state.messages)
    pressed = slack.press("U00BEN", shown, "keep")
    (kept,) = slack.until(lambda: [body for i, body in slack.responses if i == pressed])
    assert kept["replace_original"] is True
    assert "as a matter of sovereignty" in json.dumps(kept["blocks"])
    assert "Share in channel" not in json.dumps(kept["blocks"])
    slack.press("U00ADA", shown, "share")
    privately(slack, "U00ADA", "Only the person who asked can share this.")
    assert set(slack.state.messages) == before
    pressed = slack.press("U00BEN", shown, "share")
    told = slack.until(lambda: [body for i, body in slack.responses if i == pressed][1:])
    assert "Shared in the channel." in json.dumps(told[0])
    (new,) = [m for key, m in slack.state.messages.items() if key not in before]
    assert "as a matter of sovereignty" in new.shown()


def test_what_was_wrong_with_an_answer_is_exported_with_question_answer_and_passages(place: Place) -> None:
    slack = place.slack
    answer = place.ask("U00CYD", NEWS, TROOPS)
    opened(slack, lambda: slack.press("U00CYD", answer, "rate", "down"))
    values = {
        "reason": {"reason": {"selected_option": {"value": "outdated"}}},
        "comment": {"comment": {"value": "She said more since."}},
    }
    slack.submit("U00CYD", slack.state.views[-1], values)

    def exported() -> list[dict[str, object]]:
        ended = subprocess.run(
            [ONRECORD, "feedback", "--json"],
            env=environment(slack, place.home),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        found = [json.loads(line) for line in ended.stdout.splitlines()]
        return [one for one in found if one["comment"]]

    (one,) = slack.until(exported)
    assert (one["user"], one["rating"], one["question"]) == ("U00CYD", "down", TROOPS)
    assert one["comment"] == "outdated: She said more since."
    said = [sentence["text"] for sentence in one["answer"]["sentences"]]
    assert any("as a matter of sovereignty" in sentence for sentence in said)
    assert all(sentence in answer.shown() for sentence in said)
    assert all(citation["quote"] in answer.shown() for citation in one["answer"]["citations"])


def test_health_and_measurements_are_shown(place: Place) -> None:
    place.ask("U00CYD", NEWS, TROOPS)
    place.slack.quiet()
    with urllib.request.urlopen(f"{place.health}/healthz", timeout=60) as page:
        state = json.load(page)
    assert state["connected"] is True
    assert state["answered"] > 0
    assert state["failed"] == 0
    with urllib.request.urlopen(f"{place.health}/metrics", timeout=60) as page:
        asked = re.search(rb"^onrecord_slack_asked ([0-9.]+)$", page.read(), re.MULTILINE)
    assert asked is not None
    assert float(asked[1]) >= state["answered"]


def test_a_record_that_is_rebuilt_meanwhile_goes_on_answering(place: Place) -> None:
    rebuilding = subprocess.Popen([ONRECORD, "rebuild"], env=environment(place.slack, place.home))
    asked = 0
    while rebuilding.poll() is None and asked < 20:
        user = ("U0ONE", "U0TWO")[asked % 2]
        assert "as a matter of sovereignty" in place.ask(user, NEWS, TROOPS).shown()
        asked += 1
    assert rebuilding.wait(60) == 0
    assert asked > 1
    assert "as a matter of sovereignty" in place.ask("U0SLOW", NEWS, TROOPS).shown()


def test_a_record_that_cannot_be_searched_says_so_and_answers_once_it_is_made_again(
    place: Place, model: Embedder
) -> None:
    said = place.ask("U00CYD", TORN, INJURED).shown()
    assert "The record cannot be searched just now; please tell the people who run me" in said
    assert place.bot.said().count("`onrecord rebuild`") == 1
    with Index(place.home.with_name("torn"), model) as index:
        pipeline.rebuild(index)
    assert "14 people were injured" in place.ask("U00CYD", TORN, INJURED).shown()
