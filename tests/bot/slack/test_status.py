"""What is said of a question comes in order, however slowly Slack answers."""

import asyncio
from typing import Any

from bot.slack.events import EventKind, SlackQuestion
from bot.slack.rate_limits import RateLimits
from bot.slack.status import StatusIndicator

ASK = SlackQuestion("T1", "D1", "1.0", "U1", "1.0", "who paid?", EventKind.DIRECT)


class SlowSlack:
    """Takes its time over the first call."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.awake = asyncio.Event()

    async def agents_sessions_setStatus(self, *, status: str, **_: Any) -> None:  # noqa: N802 (Slack's name)
        await self.awake.wait()
        self.said.append(status)

    async def assistant_threads_setStatus(self, *, status: str, **_: Any) -> None:  # noqa: N802
        self.said.append(status)


def test_an_answer_that_is_done_first_is_still_what_is_told_last() -> None:
    async def run() -> list[str]:
        slack = SlowSlack()
        presence = StatusIndicator(slack, RateLimits())  # type: ignore[arg-type]
        arrival = asyncio.create_task(presence.arrived(ASK))
        await asyncio.sleep(0)
        end = asyncio.create_task(presence.done(ASK))
        await asyncio.sleep(0.01)
        slack.awake.set()
        await asyncio.gather(arrival, end)
        return slack.said

    assert asyncio.run(run()) == ["processing", "is looking at your question …", "", "active"]
