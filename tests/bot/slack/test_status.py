"""What people see while a question is answered: nobody waits for it, and what is outdated is not sent."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.client import SlackClient, close_client, open_client
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.status import StatusIndicator
from tests.fakeslack import FakeSlack
from tests.fakeslack.server import Fault
from tests.fakeslack.state import BOT_TOKEN, TEAM

NEWS, PANE = "C0000NEWS", "D00ADA"


def ask(channel: str, ts: str = "1.0") -> SlackQuestion:
    return SlackQuestion(TEAM, channel, ts, "U00ADA", ts, "who paid?", EventKind.MENTION)


def during(slack: FakeSlack, story: Callable[[StatusIndicator, SlackClient], Awaitable[None]]) -> None:
    """Tell a story, and wait until all was said."""

    async def run() -> None:
        client = open_client(BOT_TOKEN, slack.api_url)
        indicator = StatusIndicator(client)
        try:
            await story(indicator, client)
            async with asyncio.timeout(20):
                while len(indicator):
                    await asyncio.sleep(0.01)
        finally:
            await indicator.close()
            await close_client(client)

    asyncio.run(run())


def statuses(slack: FakeSlack) -> list[str]:
    return [one["status"] for one in slack.state.statuses]


def sessions(slack: FakeSlack) -> list[str]:
    return [one["status"] for one in slack.state.sessions]


def test_an_answer_that_is_done_before_slack_has_answered_is_told_as_done_last(slack: FakeSlack) -> None:
    slack.slow = 0.1

    async def quickly(indicator: StatusIndicator, _: SlackClient) -> None:
        indicator.arrived(ask(PANE))
        await asyncio.sleep(0.02)
        for status in ("is searching …", "is checking …"):
            indicator.says(ask(PANE), status)
        indicator.done(ask(PANE).key)

    during(slack, quickly)
    assert sessions(slack) == ["processing", "active"]
    assert statuses(slack) == []


def test_where_slack_shows_no_status_in_a_channel_it_gets_eyes_there_and_only_there(slack: FakeSlack) -> None:
    slack.faults.append(Fault("assistant.threads.setStatus", "no_permission"))

    async def two(indicator: StatusIndicator, _: SlackClient) -> None:
        indicator.arrived(ask(NEWS))
        await asyncio.sleep(0.3)
        indicator.arrived(ask("C000QUIET", "2.0"))
        await asyncio.sleep(0.3)
        for one in (ask(NEWS), ask("C000QUIET", "2.0")):
            indicator.done(one.key)

    during(slack, two)
    assert slack.state.reacted == [(NEWS, "1.0")]
    assert slack.state.reactions == set()
    assert statuses(slack)[-1] == ""
    assert {one["channel_id"] for one in slack.state.statuses} == {"C000QUIET"}


def test_a_rush_marks_no_more_than_can_be_unmarked_within_slacks_limit(slack: FakeSlack) -> None:
    slack.faults.append(Fault("assistant.threads.setStatus", "unknown_method", times=99))

    async def rush(indicator: StatusIndicator, _: SlackClient) -> None:
        asked = [ask(NEWS, f"{number}.0") for number in range(40)]
        for one in asked:
            indicator.arrived(one)
        async with asyncio.timeout(30):
            # Once the method is known not to work, marks take its place.
            while not slack.state.reacted:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        for one in asked:
            indicator.done(one.key)

    during(slack, rush)
    assert 0 < len(slack.state.reacted) <= 18
    assert slack.state.reactions == set()
    assert slack.limits_met == []
