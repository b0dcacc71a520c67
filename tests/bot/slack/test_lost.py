"""Whatever Slack does wrong, what it was told arrived is answered, and what failed can be tried again."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.bot.slack.conftest import ESCALATION, free_port
from tests.bot.slack.test_bot import NOWHERE, TROOPS, privately
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.server import Fault
from tests.fakeslack.trials import CHANNEL

Start = Callable[..., Bot]


@pytest.mark.parametrize("how", ["internal_error", "ratelimited", "500 after"])
def test_no_event_is_lost_where_slack_fails_to_say_again_who_the_bot_is(
    slack: FakeSlack, start: Start, how: str
) -> None:
    # The first is the bot's own, at the start.
    slack.faults.append(Fault("auth.test", how, times=99, after=1))
    start()
    asked = [slack.mention(user, CHANNEL, TROOPS) for user in ("U00ADA", "U00BEN", "U00CYD")]
    for ts in asked:
        slack.answers(CHANNEL, ts)


def test_a_question_waits_where_it_cannot_be_found_out_who_asks(slack: FakeSlack, start: Start) -> None:
    slack.faults += [Fault("users.list", "internal_error"), Fault("users.info", "internal_error", times=2)]
    start()
    ts = slack.mention("U00ADA", CHANNEL, TROOPS)
    assert "sovereignty" in slack.answers(CHANNEL, ts)[0].shown()
    assert not [m for m in slack.state.whispers() if "check" in m.shown()]


def test_a_question_that_could_not_be_handed_on_may_be_handed_on_later(
    slack: FakeSlack, start: Start
) -> None:
    start(escalate=ESCALATION)
    slack.state.channel(ESCALATION, "U00BEN", bot=False)
    (answer,) = slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, NOWHERE))
    slack.press("U00ADA", answer, "person")
    privately(slack, "U00ADA", "I could not hand it on: I am not a member of that channel")
    slack.state.channel(ESCALATION, "U00BEN")
    slack.press("U00ADA", answer, "person")
    privately(slack, "U00ADA", "I have handed your question on")
    assert len([m for m in slack.state.messages.values() if m.channel == ESCALATION]) == 1


def test_a_stream_whose_end_slack_never_takes_gives_way_to_a_whole_message(
    slack: FakeSlack, start: Start
) -> None:
    slack.faults.append(Fault("chat.stopStream", "internal_error", times=99))
    start()
    ts = slack.mention("U00ADA", CHANNEL, TROOPS)
    slack.until(lambda: any("Show passages" in m.shown() for m in slack.state.replies(CHANNEL, ts)))
    slack.quiet()
    (answer,) = slack.state.replies(CHANNEL, ts)
    assert "as a matter of sovereignty" in answer.shown()
    assert not [m for m in slack.state.messages.values() if m.channel == "D00ADA"]


def test_a_question_that_is_deleted_while_it_waits_leaves_no_session_open(
    slack: FakeSlack, start: Start
) -> None:
    # Loading models takes longer than this.
    start()
    ts = slack.say("U00ADA", "D00ADA", TROOPS)
    slack.until(lambda: slack.state.sessions)
    slack.delete("U00ADA", "D00ADA", ts)
    slack.until(lambda: slack.state.sessions[-1]["status"] == "active")
    slack.quiet()
    assert slack.state.replies("D00ADA", ts) == []


def test_a_dead_token_and_a_removed_app_turn_health_red_with_what_to_do(
    slack: FakeSlack, start: Start
) -> None:
    port = free_port()

    def problems() -> list[str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as page:
                return list(json.load(page)["problems"])
        except urllib.error.HTTPError as error:
            with error:
                assert error.code == 503
                return list(json.load(error)["problems"])

    bot = start(None, "--health-port", str(port))
    slack.answers(CHANNEL, slack.mention("U00ADA", CHANNEL, TROOPS))
    assert problems() == []
    slack.state.token_error = "token_revoked"
    slack.mention("U00ADA", CHANNEL, TROOPS)
    slack.until(lambda: any("token was revoked" in one for one in problems()))
    slack.state.token_error = ""
    slack.open_app("U00ADA", "home")
    slack.until(lambda: problems() == [])
    slack.uninstall()
    slack.until(lambda: any("removed from the workspace; install the app again" in one for one in problems()))
    assert "restart the bot" in bot.said()
